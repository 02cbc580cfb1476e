package io.meshkit.server.access;

import io.grpc.Context;

/**
 * Asks again whether the caller of a call may use it: for streams, which outlive what a credential was worth when
 * they began. Thread: any number.
 */
public interface Revalidation {
    /** Set by the {@link AccessInterceptor} for the calls that it lets through. */
    Context.Key<Revalidation> KEY = Context.key("meshkit-revalidation");

    /**
     * @throws io.meshkit.api.RegistryException UNAUTHENTICATED or FORBIDDEN
     */
    void check();

    /** That of the call in whose context this runs. */
    static Revalidation current() {
        Revalidation current = KEY.get();
        if (current == null) {
            throw new IllegalStateException("a call came past the access check");
        }
        return current;
    }
}
