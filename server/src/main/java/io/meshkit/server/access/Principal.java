package io.meshkit.server.access;

import io.grpc.Context;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.options.Scope;
import java.util.List;

/**
 * An authenticated caller.
 *
 * @param grants what it might do when the call began, as this node knew it
 */
public record Principal(Grants grants) {
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

    public Caller caller() {
        return grants.caller();
    }

    /** Stands in audit entries. */
    public String name() {
        return caller().principal();
    }

    /** How the caller proved it: {@code mtls}, {@code token}, {@code jwt} or another provider's name. */
    public String method() {
        return caller().credential().getMethod();
    }

    /** Whether it holds the scope everywhere. */
    public boolean holds(Scope scope) {
        return Scopes.includes(grants.whole(System.currentTimeMillis()), scope);
    }

    /** The names of all scopes held everywhere, narrowest first. */
    public List<String> scopeNames() {
        return Scopes.namesUpTo(grants.whole(System.currentTimeMillis()));
    }
}
