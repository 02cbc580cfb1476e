package io.meshkit.jepsen.client;

import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.history.EventType;

/** The one table of what a failed call means for the history. Pure. */
public final class Outcome {
    private Outcome() {}

    /**
     * FAIL only for what certainly had no effect; INFO for everything else.
     *
     * @param readOnly the call can have no effect, whatever became of it
     */
    public static EventType of(Throwable failure, boolean readOnly) {
        if (readOnly) {
            return EventType.FAIL;
        }
        if (failure instanceof RegistryException known) {
            return switch (known.detail().getApplied()) {
                case APPLIED_NO -> EventType.FAIL;
                case APPLIED_UNKNOWN, APPLIED_UNSPECIFIED, UNRECOGNIZED -> EventType.INFO;
            };
        }
        return EventType.INFO; // Nobody knows: also a bug of ours, or an interrupt.
    }

    /** For the history's details: the code, or the exception's name. */
    public static String name(Throwable failure) {
        return failure instanceof RegistryException known
                ? known.detail().getCode()
                : failure.getClass().getSimpleName();
    }
}
