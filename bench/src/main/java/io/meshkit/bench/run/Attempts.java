package io.meshkit.bench.run;

import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.Stamps;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks again and again until it is answered: what callers who come one after the other would see. Every system is
 * asked in the same way, so that no client's own patience decides.
 */
final class Attempts {
    private static final long EVERY_MS = 10;
    private static final int OUTSTANDING_MAX = 500;

    private Attempts() {}

    /** Nanoseconds from a time of {@link System#nanoTime} to the first acknowledgement of a put begun from now on; -1 if
     * there is none within the limit. */
    static long putNanos(Driver driver, Stamps stamps, long fromNanos, int withinS) throws InterruptedException {
        return nanos(() -> driver.put(0, stamps.next()), fromNanos, withinS);
    }

    /** As {@link #putNanos}, for a read of whatever the asked node has. */
    static long readNanos(Driver driver, long fromNanos, int withinS) throws InterruptedException {
        return nanos(() -> driver.readLocal(0), fromNanos, withinS);
    }

    private static long nanos(Supplier<CompletableFuture<Integer>> attempt, long fromNanos, int withinS)
            throws InterruptedException {
        CompletableFuture<Long> first = new CompletableFuture<>();
        Semaphore slots = new Semaphore(OUTSTANDING_MAX);
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(withinS);
        while (!first.isDone() && System.nanoTime() - untilNanos < 0) {
            if (slots.tryAcquire()) {
                var unused = start(attempt).whenComplete((retries, failure) -> {
                    slots.release();
                    if (failure == null) {
                        first.complete(System.nanoTime() - fromNanos);
                    }
                });
            }
            Thread.sleep(EVERY_MS);
        }
        return first.getNow(-1L);
    }

    private static CompletableFuture<Integer> start(Supplier<CompletableFuture<Integer>> attempt) {
        try {
            return attempt.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
