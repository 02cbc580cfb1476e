package io.meshkit.raft;

/** An entry's outcome cannot be told. */
public final class AppendException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** This member does not lead (any more). */
        NOT_LEADER,
        /** Ratis has too much pending. */
        BUSY,
        /** Larger than the log takes. */
        TOO_LARGE,
        /** Anything else. */
        FAILED
    }

    private final Reason reason;
    private final boolean mayBeAppended;

    /**
     * @param mayBeAppended false only if the entry has certainly never reached the log
     */
    public AppendException(Reason reason, boolean mayBeAppended, Throwable cause) {
        super(reason + ", may be appended: " + mayBeAppended, cause);
        this.reason = reason;
        this.mayBeAppended = mayBeAppended;
    }

    Reason reason() {
        return reason;
    }

    boolean mayBeAppended() {
        return mayBeAppended;
    }
}
