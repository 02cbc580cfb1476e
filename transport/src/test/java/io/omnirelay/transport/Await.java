package io.omnirelay.transport;

import java.util.concurrent.Callable;

/** Waits for what another thread is about to do. */
public final class Await {
    private static final long LIMIT_NANOS = 40_000_000_000L;

    private Await() {}

    /** Returns as soon as the condition holds; fails after 40 s. */
    public static void until(Callable<Boolean> condition) throws Exception {
        until(LIMIT_NANOS, condition);
    }

    /** As {@link #until(Callable)}, for what takes a slow machine longer. */
    public static void until(long limitNanos, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limitNanos;
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Did not come true within " + limitNanos / 1_000_000_000 + " s");
            }
            Thread.sleep(5);
        }
    }
}
