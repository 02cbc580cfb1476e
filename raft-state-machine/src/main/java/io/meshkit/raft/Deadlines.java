package io.meshkit.raft;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Deadlines on the monotonic clock. */
final class Deadlines {
    /** Longer ones are cut to it, so that sums do not overflow. */
    private static final long MS_MAX = TimeUnit.DAYS.toMillis(365);

    private Deadlines() {}

    /** The clock's value when the time is up. */
    static long after(LongSupplier nanoTime, long deadlineMs) {
        return nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(Math.min(deadlineMs, MS_MAX));
    }
}
