package io.meshkit.bench.run;

import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.Failures;
import io.meshkit.bench.systems.Stamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;

/** A system of one map, which delivers to its watches before it answers. */
class MapDriver implements Driver {
    final Map<Integer, Long> records;
    final List<IntConsumer> watches = new CopyOnWriteArrayList<>();
    /** What the puts fail with, in this order, before they succeed. */
    final List<RuntimeException> failures = new ArrayList<>();
    /** A key whose changes no watch is told of. */
    int silentKey = -1;
    /** How many keys a step of a fill may have. */
    int putAllMax = 1;
    /** First and last key of each step, in order. */
    final List<String> steps = new ArrayList<>();

    private final int keys;

    MapDriver() {
        this(2);
    }

    MapDriver(int keys) {
        this(keys, new ConcurrentHashMap<>());
    }

    private MapDriver(int keys, Map<Integer, Long> records) {
        this.keys = keys;
        this.records = records;
    }

    /** The same records, of which another number is written and read. */
    MapDriver withKeys(int others) {
        MapDriver driver = new MapDriver(others, records);
        driver.putAllMax = putAllMax;
        return driver;
    }

    @Override
    public int keys() {
        return keys;
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
    public int putAllMax() {
        return putAllMax;
    }

    @Override
    public synchronized CompletableFuture<Integer> putAll(int from, int to, Stamps stamps) {
        steps.add(from + "-" + (to - 1));
        if (!failures.isEmpty()) {
            return CompletableFuture.failedFuture(failures.removeFirst());
        }
        for (int key = from; key < to; key++) {
            records.put(key, stamps.next());
        }
        return CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletableFuture<Integer> delete(int key) {
        return records.remove(key) == null
                ? CompletableFuture.failedFuture(new IllegalStateException("missing"))
                : CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletableFuture<Integer> readLinearizable(int key) {
        return readLocal(key);
    }

    @Override
    public CompletableFuture<Integer> readLocal(int key) {
        // Not at once: a closed loop of reads would never return from its start.
        return CompletableFuture.supplyAsync(() -> {
            if (!records.containsKey(key)) {
                throw new IllegalStateException("missing");
            }
            return 0;
        });
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
        Throwable cause = Failures.cause(failure);
        return cause instanceof IllegalStateException && "missing".equals(cause.getMessage());
    }

    @Override
    public void close() {}
}
