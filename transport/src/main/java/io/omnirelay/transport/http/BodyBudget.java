package io.omnirelay.transport.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes of all request bodies in memory at once. Thread: any. */
final class BodyBudget {
    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();

    BodyBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** True if the bytes fit; then {@link #release} must give them back. */
    boolean tryAcquire(long bytes) {
        if (used.addAndGet(bytes) > bytesMax) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
