package io.meshkit.bench.run;

import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.Stamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;

/**
 * Many watches of all keys while puts go on: what is counted is deliveries, what is timed is from the start of a put
 * until a watch's callback is told of it.
 *
 * <p>A put that is started while another of the same key is not delivered yet makes that one's delay look shorter;
 * with thousands of keys that is one in some tens at most, and it favours no system.
 */
final class WatchLoop implements AutoCloseable {
    /** Deliveries that acknowledged puts lack after the drain. */
    static final String LOST = "LOST";

    private static final int SET_UP_WITHIN_S = 60;
    private static final long DELIVERED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long POLL_MS = 5;

    private final Driver driver;
    private final Stamps stamps;
    private final AtomicLongArray startedNanos;
    private final List<AutoCloseable> watches = new ArrayList<>();
    private final Recorder delay = new Recorder(TimeUnit.MINUTES.toNanos(2), 3);
    private final LongAdder delivered = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final ClosedLoop puts;

    WatchLoop(Driver driver, Stamps stamps) {
        this.driver = driver;
        this.stamps = stamps;
        this.startedNanos = new AtomicLongArray(driver.keys());
        this.puts = new ClosedLoop(sequence -> put());
    }

    private CompletableFuture<Integer> put() {
        int key = ThreadLocalRandom.current().nextInt(driver.keys());
        startedNanos.set(key, System.nanoTime());
        return driver.put(key, stamps.next()).thenApply(retries -> {
            acknowledged.increment();
            return retries;
        });
    }

    private void delivered(int key) {
        delivered.increment();
        if (key >= 0 && key < startedNanos.length()) {
            delay.recordValue(Math.max(0, System.nanoTime() - startedNanos.get(key)));
        }
    }

    /** Sets up the watches, then starts the puts. */
    void start(int watchers, int outstanding) throws InterruptedException {
        List<CompletableFuture<AutoCloseable>> opening = new ArrayList<>();
        for (int i = 0; i < watchers; i++) {
            opening.add(driver.watch(this::delivered));
        }
        for (CompletableFuture<AutoCloseable> each : opening) {
            try {
                watches.add(each.get(SET_UP_WITHIN_S, TimeUnit.SECONDS));
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("a watch could not be set up", e);
            }
        }
        puts.start(outstanding);
    }

    void beginWindow() {
        delay.getIntervalHistogram();
        puts.beginWindow();
    }

    /** As of {@link ClosedLoop#endWindow}, with deliveries as operations. */
    Tally endWindow(long drainMs) throws InterruptedException {
        var counted = delay.getIntervalHistogram();
        Tally tally = puts.endWindow(drainMs);
        Map<String, Long> errors = new TreeMap<>(tally.errors());
        long untilNanos = System.nanoTime() + DELIVERED_WITHIN_NANOS;
        while (missing() > 0 && System.nanoTime() - untilNanos < 0) {
            Thread.sleep(POLL_MS);
        }
        if (missing() > 0) {
            errors.put(LOST, missing());
        }
        return new Tally(counted, tally.elapsedNanos(), tally.retries(), errors);
    }

    private long missing() {
        return acknowledged.sum() * watches.size() - delivered.sum();
    }

    @Override
    public void close() {
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException("a watch could not be closed", e);
            }
        }
    }
}
