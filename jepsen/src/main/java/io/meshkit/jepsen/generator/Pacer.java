package io.meshkit.jepsen.generator;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Offers operations at a rate until time is up. Open: what cannot be done in time stays due and is done as soon as
 * a thread is free, so that a slow answer does not lower what is offered.
 *
 * <p>Thread: any number.
 */
public final class Pacer {
    private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    private final LongSupplier clockNanos;
    private final LongConsumer pauseNanos;
    private final long startNanos;
    private final long limitNanos;
    private final long lateNanos;
    private final double nanosPerOperation;
    private final AtomicLong taken = new AtomicLong();
    private volatile boolean stopped;

    /** @param rate operations per second, > 0 */
    public Pacer(double rate, long limitNanos, LongSupplier clockNanos) {
        this(rate, limitNanos, 0, clockNanos);
    }

    /**
     * A pacer.
     *
     * @param rate       operations per second, > 0
     * @param limitNanos in which operations become due
     * @param lateNanos  how long after that what is still due may be done, ≥ 0
     */
    public Pacer(double rate, long limitNanos, long lateNanos, LongSupplier clockNanos) {
        this(rate, limitNanos, lateNanos, clockNanos, LockSupport::parkNanos);
    }

    /** @param pauseNanos waits for so long, or less */
    Pacer(double rate, long limitNanos, long lateNanos, LongSupplier clockNanos, LongConsumer pauseNanos) {
        this.clockNanos = clockNanos;
        this.pauseNanos = pauseNanos;
        this.startNanos = clockNanos.getAsLong();
        this.limitNanos = limitNanos;
        this.lateNanos = lateNanos;
        this.nanosPerOperation = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /**
     * Waits until the next operation is due.
     *
     * @return false once time is up: there is none
     */
    public boolean await() {
        long dueNanos = (long) (taken.getAndIncrement() * nanosPerOperation);
        while (!stopped && !Thread.currentThread().isInterrupted()) {
            long now = clockNanos.getAsLong() - startNanos;
            if (now >= limitNanos + lateNanos || dueNanos >= limitNanos) {
                return false;
            }
            if (now >= dueNanos) {
                return true;
            }
            pauseNanos.accept(Math.min(dueNanos - now, PAUSE_NANOS_MAX));
        }
        return false;
    }

    /** Ends it before its time. */
    public void stop() {
        stopped = true;
    }
}
