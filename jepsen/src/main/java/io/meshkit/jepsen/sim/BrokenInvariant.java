package io.meshkit.jepsen.sim;

/** Something that must never be was so, after the step that the message names. */
public final class BrokenInvariant extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenInvariant(String message) {
        super(message);
    }

    BrokenInvariant(String message, Throwable cause) {
        super(message, cause);
    }
}
