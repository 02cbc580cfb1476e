package io.meshkit.bench.run;

import io.meshkit.bench.systems.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;

/** A system of one map, which delivers to its watches before it answers. */
final class MapDriver implements Driver {
    final Map<Integer, Long> records = new ConcurrentHashMap<>();
    final List<IntConsumer> watches = new CopyOnWriteArrayList<>();
    /** What the puts fail with, in this order, before they succeed. */
    final List<RuntimeException> failures = new ArrayList<>();
    /** A key whose changes no watch is told of. */
    int silentKey = -1;

    @Override
    public int keys() {
        return 2;
    }

    @Override
    public synchronized CompletableFuture<Integer> put(int key, long stamp) {
        if (!failures.isEmpty()) {
            return CompletableFuture.failedFuture(failures.removeFirst());
        }
        records.put(key, stamp);
        if (key != silentKey) {
            watches.forEach(watch -> watch.accept(key));
        }
        return CompletableFuture.supplyAsync(() -> 0);
    }

    @Override
    public CompletableFuture<Integer> delete(int key) {
        records.remove(key);
        return CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletableFuture<Integer> readLinearizable(int key) {
        return readLocal(key);
    }

    @Override
    public CompletableFuture<Integer> readLocal(int key) {
        return records.containsKey(key)
                ? CompletableFuture.completedFuture(0)
                : CompletableFuture.failedFuture(new IllegalStateException("missing"));
    }

    @Override
    public boolean lists() {
        return false;
    }

    @Override
    public CompletableFuture<Integer> list() {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public CompletableFuture<AutoCloseable> watch(IntConsumer onKey) {
        watches.add(onKey);
        return CompletableFuture.completedFuture(() -> watches.remove(onKey));
    }

    @Override
    public String leader() {
        return "node-1";
    }

    @Override
    public boolean isMissing(Throwable failure) {
        return failure instanceof IllegalStateException;
    }

    @Override
    public void close() {}
}
