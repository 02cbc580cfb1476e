package io.meshkit.raft;

import org.jspecify.annotations.Nullable;

/** The replica cannot start on this data or configuration; nothing was changed. The message says what to do. */
public final class StartupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public StartupException(String message, String hint) {
        this(message, hint, null);
    }

    public StartupException(String message, String hint, @Nullable Throwable cause) {
        super(message + " (" + hint + ")", cause);
        this.hint = hint;
    }

    /** What the operator can do about it. */
    public String hint() {
        return hint;
    }
}
