package io.meshkit.bench.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Does something for every number once, many at a time.
 *
 * <p>None is begun before the one that is so many places earlier has ended well: what a broken run has left out is
 * never further below the last that it did.
 */
final class Bulk {
    private Bulk() {}

    /**
     * @param count     numbers 0 to this, exclusive
     * @param underWay  at a time, ≥ 1
     * @param tolerated failures that are no failure here
     * @param progress  told how many were begun, before each
     * @throws RuntimeException the first failure; what was under way has ended by then
     */
    static void forEach(
            int count,
            int underWay,
            IntFunction<CompletableFuture<Integer>> operation,
            Predicate<Throwable> tolerated,
            IntConsumer progress)
            throws InterruptedException {
        Deque<CompletableFuture<Boolean>> begun = new ArrayDeque<>();
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        for (int number = 0; number < count && failed.get() == null; number++) {
            if (begun.size() == underWay) {
                await(begun.remove());
                if (failed.get() != null) {
                    break;
                }
            }
            progress.accept(number);
            begun.add(start(operation, number).handle((retries, failure) -> {
                if (failure != null && !tolerated.test(failure)) {
                    failed.compareAndSet(null, failure);
                }
                return true;
            }));
        }
        while (!begun.isEmpty()) {
            await(begun.remove());
        }
        Throwable failure = failed.get();
        if (failure instanceof RuntimeException known) {
            throw known;
        } else if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    private static CompletableFuture<Integer> start(IntFunction<CompletableFuture<Integer>> operation, int number) {
        try {
            return operation.apply(number);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void await(CompletableFuture<Boolean> ended) throws InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("what is tolerated cannot be told", e.getCause());
        }
    }
}
