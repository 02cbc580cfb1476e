package io.omnirelay.transport.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes of all request bodies in memory at once. Thread: any. */
public final class BodyBudget {
    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();

    public BodyBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** True if the bytes fit; then {@link #release} must give them back. */
    public boolean tryAcquire(long bytes) {
        if (used.addAndGet(bytes) > bytesMax) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    public long used() {
        return used.get();
    }
}
