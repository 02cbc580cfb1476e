package io.meshkit.client;

import io.meshkit.client.AutoTransport.Scheduler;
import io.meshkit.client.Failures.Failure;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When a node that is away may be tried again, whatever the transport: one attempt at a time, after pauses that grow
 * with each that fails, so that a thousand calls knock as often as one does.
 *
 * <p>An attempt enters and gets a number. Only the news of the newest number count, so that the failures of calls that
 * began together are one failure. Thread-safe.
 */
final class Redial {
    private final LongSupplier nanoTime;
    private final IntToLongFunction pauseNanos;
    private final Scheduler scheduler;
    private final Runnable opened;

    private long number;
    private int failures;
    /** Why the node is away; null if nothing says that it is. */
    private volatile @Nullable Failure why;

    private long nextNanos;
    /** Somebody is on the way to find out. */
    private boolean scouting;

    /**
     * @param pauseNanos after so many failures in a row, counted from 0
     * @param opened     told, outside of any lock, when {@link #isOpen} may have become true
     */
    Redial(LongSupplier nanoTime, IntToLongFunction pauseNanos, Scheduler scheduler, Runnable opened) {
        this.nanoTime = nanoTime;
        this.pauseNanos = pauseNanos;
        this.scheduler = scheduler;
        this.opened = opened;
    }

    /** Begins an attempt. @return its number; −1 if none is permitted now */
    synchronized long enter() {
        if (!isOpen()) {
            return -1;
        }
        if (why != null) {
            scouting = true;
            number++;
        }
        return number;
    }

    /** Whether an attempt is permitted now. */
    synchronized boolean isOpen() {
        return why == null || (!scouting && nextNanos - nanoTime.getAsLong() <= 0);
    }

    /** How long until an attempt is permitted; 0 if that depends on the one under way. */
    synchronized long heldNanos() {
        return why == null || scouting ? 0 : Math.max(0, nextNanos - nanoTime.getAsLong());
    }

    /** Why the node is away; null if it is not. */
    @Nullable
    Failure why() {
        return why;
    }

    /** The node has answered, or there is a connection to it. */
    void reached() {
        if (why == null) {
            return;
        }
        synchronized (this) {
            if (why == null) {
                return;
            }
            why = null;
            scouting = false;
            failures = 0;
        }
        opened.run();
    }

    /** There is a connection to the node. */
    void connected(long attempt) {
        if (why != null && isCurrent(attempt)) {
            reached();
        }
    }

    private synchronized boolean isCurrent(long attempt) {
        return attempt == number;
    }

    /** The attempt did not reach the node. */
    void missed(long attempt, Failure failure) {
        long pause;
        synchronized (this) {
            if (attempt != number) {
                return;
            }
            number++;
            why = failure;
            scouting = false;
            pause = pauseNanos.applyAsLong(failures);
            failures = Math.min(failures + 1, 62);
            nextNanos = nanoTime.getAsLong() + pause;
        }
        scheduler.later(opened, pause);
    }

    /** The attempt has ended; without news, another one may find out. */
    void left(long attempt) {
        synchronized (this) {
            if (attempt != number || !scouting) {
                return;
            }
            scouting = false;
        }
        opened.run();
    }
}
