package io.omnirelay.transport.http;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail.Applied;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the requests that are answered at once, REST and gRPC together. Thread: any. */
public final class InFlight {
    private static final long RETRY_MS = 1_000;

    private final int max;
    private final AtomicInteger count = new AtomicInteger();

    /** @param max requests, ≥ 1 */
    public InFlight(int max) {
        this.max = max;
    }

    /** True if there is room; then {@link #end} must follow. */
    public boolean tryBegin() {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts in, room or not: for what has been counted out before its end. */
    public void begin() {
        count.incrementAndGet();
    }

    public void end() {
        count.decrementAndGet();
    }

    public int count() {
        return count.get();
    }

    /** What a request is told for which there is no room. @param what for example: too many requests are in flight */
    public static RegistryException overloaded(String what) {
        return new RegistryException(RegistryException.detail(
                        ErrorCode.OVERLOADED, what, "try again after the delay, with fewer requests at a time")
                .setApplied(Applied.APPLIED_NO)
                .setRetryDelay(RegistryException.millis(RETRY_MS))
                .build());
    }
}
