package io.omnirelay.transport;

import java.util.concurrent.Callable;

/** Waits for what another thread is about to do. */
public final class Await {
    private static final long LIMIT_NANOS = 10_000_000_000L;

    private Await() {}

    /** Returns as soon as the condition holds; fails after 10 s. */
    public static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Did not come true within 10 s");
            }
            Thread.sleep(5);
        }
    }
}
