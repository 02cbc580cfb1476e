package io.meshkit.server.admission;

import java.util.concurrent.TimeUnit;

/**
 * A rate with a burst: fills with time, and every call takes one. Thread-safe.
 *
 * <p>Counts in nanoseconds of filling, so that no fraction of a token is lost.
 */
final class TokenBucket {
    private final long nanosPerOp;
    private final long capacityNanos;
    private long fillNanos;
    private long filledAtNanos;

    /** @param opsPerSecond 1–1,000,000,000 */
    TokenBucket(long opsPerSecond, long burstOps, long nowNanos) {
        this.nanosPerOp = Math.max(1, TimeUnit.SECONDS.toNanos(1) / opsPerSecond);
        this.capacityNanos = Math.multiplyExact(nanosPerOp, burstOps);
        this.fillNanos = capacityNanos;
        this.filledAtNanos = nowNanos;
    }

    /**
     * Takes one.
     *
     * @return 0, or, with nothing taken, how many nanoseconds from now on there is one
     */
    synchronized long take(long nowNanos) {
        fill(nowNanos);
        if (fillNanos < nanosPerOp) {
            return nanosPerOp - fillNanos;
        }
        fillNanos -= nanosPerOp;
        return 0;
    }

    /** Whether a new one would be the same. */
    synchronized boolean isFull(long nowNanos) {
        fill(nowNanos);
        return fillNanos == capacityNanos;
    }

    private void fill(long nowNanos) {
        long passed = Math.max(0, nowNanos - filledAtNanos);
        fillNanos = passed >= capacityNanos - fillNanos ? capacityNanos : fillNanos + passed;
        filledAtNanos = nowNanos;
    }
}
