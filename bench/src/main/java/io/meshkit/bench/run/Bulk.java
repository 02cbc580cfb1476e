package io.meshkit.bench.run;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does something for every key once, many at a time: fills the data set and empties it. */
final class Bulk {
    private static final int OUTSTANDING = 64;

    private Bulk() {}

    /**
     * @param tolerated failures that are no failure here
     * @param progress  told how many keys were begun
     * @throws RuntimeException the first failure; what was under way has ended by then
     */
    static void forEach(
            int keys,
            IntFunction<CompletableFuture<Integer>> operation,
            Predicate<Throwable> tolerated,
            IntConsumer progress)
            throws InterruptedException {
        Semaphore slots = new Semaphore(OUTSTANDING);
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        for (int key = 0; key < keys && failed.get() == null; key++) {
            slots.acquire();
            progress.accept(key);
            var unused = operation.apply(key).whenComplete((retries, failure) -> {
                if (failure != null && !tolerated.test(failure)) {
                    failed.compareAndSet(null, failure);
                }
                slots.release();
            });
        }
        slots.acquire(OUTSTANDING);
        Throwable failure = failed.get();
        if (failure instanceof RuntimeException known) {
            throw known;
        } else if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }
}
