package io.meshkit.storage.rocksdb;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * When a native object may be freed: once its owner closed it and nobody uses it any more.
 *
 * <p>Every use is bracketed by {@link #acquire} and {@link #release}; a use of something freed would crash the
 * JVM. Whoever depends on a native object (a cursor on its store) holds it the same way.
 *
 * <p>Thread: any number; never blocks.
 */
final class Lifetime {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final String what;
    private final Runnable free;
    /** The number of users, plus {@link #CLOSED} once closed. Closed without users is freed. */
    private final AtomicInteger state = new AtomicInteger();

    /** @param free runs once, on the thread of the last user or of the closer */
    Lifetime(String what, Runnable free) {
        this.what = what;
        this.free = free;
    }

    /** @throws IllegalStateException if it was closed */
    void acquire() {
        int seen;
        do {
            seen = state.get();
            if (seen < 0) {
                throw new IllegalStateException("the " + what + " is closed");
            }
        } while (!state.compareAndSet(seen, seen + 1));
    }

    void release() {
        if (state.decrementAndGet() == CLOSED) {
            free.run();
        }
    }

    /** Refuses new users; frees now or when the last one releases. Only the first call counts. */
    void close() {
        int seen;
        do {
            seen = state.get();
            if (seen < 0) {
                return;
            }
        } while (!state.compareAndSet(seen, seen + CLOSED));
        if (seen == 0) {
            free.run();
        }
    }
}
