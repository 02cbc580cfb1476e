package io.meshkit.server.access;

import io.meshkit.domain.kernel.Caller;
import java.util.Optional;

/**
 * One way of finding out who a caller is. Providers are asked in order, until one knows the kind of credential.
 *
 * <p>They say who somebody is, never what somebody may do: that is for the bindings. A new one is added where the
 * node is put together; nothing is searched for. Thread: any number, on the way of every call: must not block.
 */
public interface AuthenticationProvider {
    /** What was shown is of this provider's kind and does not hold. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String hint;

        /** @param message for the caller: never the credential itself */
        public RefusedException(String message) {
            this(message, "check the credential; those of another quorum do not hold here");
        }

        /**
         * @param message for the caller: never the credential itself
         * @param hint    what to do about it
         */
        public RefusedException(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        public String hint() {
            return hint;
        }
    }

    /**
     * @return empty if nothing of this provider's kind was shown
     * @throws RefusedException if it was, and does not hold
     */
    Optional<Caller> authenticate(Presented presented) throws RefusedException;
}
