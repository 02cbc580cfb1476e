package io.meshkit.jepsen.checker;

/** What is known of a history. UNKNOWN is never good enough. */
public enum Verdict {
    VALID,
    INVALID,
    UNKNOWN;

    /** Of two parts of one history: one violation is enough, and all must be proved. */
    public Verdict and(Verdict other) {
        if (this == INVALID || other == INVALID) {
            return INVALID;
        }
        return this == UNKNOWN || other == UNKNOWN ? UNKNOWN : VALID;
    }

    /** 0 valid, 1 invalid, 2 unknown. */
    public int exitCode() {
        return ordinal();
    }
}
