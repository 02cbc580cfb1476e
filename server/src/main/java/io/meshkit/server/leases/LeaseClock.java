package io.meshkit.server.leases;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Time as leases see it: it stands still while this node could not have served a keep-alive, because the
 * process was stopped or no majority confirmed its leadership. So a lease is never blamed for the registry's
 * own absence.
 *
 * <p>A stop is known only when it is over; {@link #now} then steps back by its length. Thread: any number.
 */
final class LeaseClock {
    /** A gap between two beats that is longer is a stop of the process, not a late timer. */
    static final long STOP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LongSupplier nanoTime;
    private final long beatNanos;

    // Guarded by this.
    private long stoppedNanos;
    private long countedUntil;
    private long lastBeat;
    private boolean beating;

    /** @param beatNanos how often {@link #beat} is called */
    LeaseClock(LongSupplier nanoTime, long beatNanos) {
        this.nanoTime = nanoTime;
        this.beatNanos = beatNanos;
        this.countedUntil = nanoTime.getAsLong();
    }

    /** The process's own monotonic clock. */
    long real() {
        return nanoTime.getAsLong();
    }

    /** Time as leases see it, in nanoseconds since some moment. */
    synchronized long now() {
        return nanoTime.getAsLong() - stoppedNanos;
    }

    /** Says that the process runs. */
    synchronized void beat() {
        long now = nanoTime.getAsLong();
        if (beating && now - lastBeat > STOP_NANOS) {
            stopped(lastBeat + beatNanos, now);
        }
        lastBeat = now;
        beating = true;
    }

    /** Forgets the last beat: the pause until the next one is no stop. */
    synchronized void rest() {
        beating = false;
    }

    /** Nothing could be served in this interval of {@link #real}; intervals may overlap. */
    synchronized void stopped(long from, long to) {
        long begin = from - countedUntil > 0 ? from : countedUntil;
        if (to - begin > 0) {
            stoppedNanos += to - begin;
            countedUntil = to;
        }
    }
}
