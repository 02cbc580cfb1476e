package io.meshkit.raft;

import io.meshkit.api.RegistryException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;

/**
 * Those who wait until a growing number (applied index, revision) reaches theirs.
 *
 * <p>The apply thread advances it; with nobody waiting that costs two volatile accesses. Waiters are completed on
 * the executor, so that nothing of theirs runs on the apply thread.
 *
 * <p>Thread: any number; {@link #advance} one.
 */
final class IndexWaiters {
    private record Waiter(CompletableFuture<Void> future, long deadlineNanos) {}

    private final Executor executor;
    private final LongFunction<RegistryException> expired;
    private final TreeMap<Long, List<Waiter>> waiting = new TreeMap<>();
    private volatile long reached;
    private volatile long lowest = Long.MAX_VALUE;
    private boolean closed;

    /**
     * @param reached what has been reached already
     * @param expired the error for who waited too long for a number
     */
    IndexWaiters(long reached, Executor executor, LongFunction<RegistryException> expired) {
        this.reached = reached;
        this.executor = executor;
        this.expired = expired;
    }

    long reached() {
        return reached;
    }

    /** Completes when the number is reached. */
    CompletableFuture<Void> await(long number, long deadlineNanos) {
        if (number <= reached) {
            return CompletableFuture.completedFuture(null);
        }
        Waiter waiter = new Waiter(new CompletableFuture<>(), deadlineNanos);
        synchronized (waiting) {
            if (closed) {
                return CompletableFuture.failedFuture(expired.apply(number));
            }
            waiting.computeIfAbsent(number, key -> new ArrayList<>(1)).add(waiter);
            lowest = waiting.firstKey();
        }
        // It may have been reached after the first look and before the entry: then nobody else would complete it.
        long now = reached;
        if (number <= now) {
            completeUpTo(now);
        }
        return waiter.future();
    }

    /** The number has been reached, and with it everything below. A lower one than before is ignored. */
    void advance(long number) {
        if (number <= reached) {
            return;
        }
        reached = number;
        if (lowest <= number) {
            completeUpTo(number);
        }
    }

    /** Fails whose time is up. */
    void sweep(long nowNanos) {
        if (lowest == Long.MAX_VALUE) {
            return;
        }
        synchronized (waiting) {
            Iterator<Map.Entry<Long, List<Waiter>>> entries = waiting.entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<Long, List<Waiter>> entry = entries.next();
                entry.getValue().removeIf(waiter -> {
                    if (waiter.deadlineNanos() - nowNanos > 0) {
                        return false;
                    }
                    RegistryException failure = expired.apply(entry.getKey());
                    executor.execute(() -> waiter.future().completeExceptionally(failure));
                    return true;
                });
                if (entry.getValue().isEmpty()) {
                    entries.remove();
                }
            }
            lowest = waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey();
        }
    }

    /** Fails everybody, now and later. */
    void close(RegistryException failure) {
        List<Waiter> all = new ArrayList<>();
        synchronized (waiting) {
            closed = true;
            waiting.values().forEach(all::addAll);
            waiting.clear();
            lowest = Long.MAX_VALUE;
        }
        all.forEach(waiter -> waiter.future().completeExceptionally(failure));
    }

    private void completeUpTo(long number) {
        List<Waiter> done = new ArrayList<>();
        synchronized (waiting) {
            var below = waiting.headMap(number, true);
            below.values().forEach(done::addAll);
            below.clear();
            lowest = waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey();
        }
        if (!done.isEmpty()) {
            executor.execute(() -> done.forEach(waiter -> waiter.future().complete(null)));
        }
    }
}
