package io.meshkit.server.access;

import io.grpc.Context;
import io.meshkit.options.Scope;
import java.util.List;

/**
 * An authenticated caller.
 *
 * @param name   stands in audit rows
 * @param method how the caller proved it: {@code mtls} or {@code token}
 * @param widest the widest scope held; it includes every narrower one
 */
public record Principal(String name, String method, Scope widest) {
    /** The caller of the gRPC call that runs in this context. */
    public static final Context.Key<Principal> KEY = Context.key("meshkit-principal");

    /**
     * @throws IllegalStateException outside a call that the interceptor let through: a bug
     */
    public static Principal current() {
        Principal principal = KEY.get();
        if (principal == null) {
            throw new IllegalStateException("no authenticated principal in this context");
        }
        return principal;
    }

    public boolean holds(Scope scope) {
        return Scopes.includes(widest, scope);
    }

    /** The names of all scopes held, narrowest first. */
    public List<String> scopeNames() {
        return Scopes.namesUpTo(widest);
    }
}
