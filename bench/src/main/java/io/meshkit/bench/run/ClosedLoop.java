package io.meshkit.bench.run;

import io.meshkit.api.RegistryException;
import io.meshkit.bench.systems.AsyncOperation;
import io.meshkit.bench.systems.Failures;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps N operations outstanding: each slot starts its next operation when its last one has ended.
 *
 * <p>A closed loop offers less load while the system stalls, so that its latencies are those of a system at its own
 * pace; they are no prediction for arrivals that do not wait. A failed slot pauses before its next operation: a
 * system that refuses at once would otherwise be measured by its refusals.
 *
 * <p>Use: {@link #start}, warm up, {@link #beginWindow}, measure, {@link #endWindow}. Thread-safe.
 */
final class ClosedLoop {
    /** Counted for operations that never ended: a client that loses calls must not look fast. */
    static final String STALLED = "STALLED";

    private static final long ERROR_PAUSE_MS = 10;
    private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final AsyncOperation operation;
    private final Executor afterError;
    private final Recorder latency = new Recorder(LATENCY_NANOS_MAX, SIGNIFICANT_DIGITS);
    private final ConcurrentMap<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final LongAdder retries = new LongAdder();
    private final AtomicLong sequence = new AtomicLong();
    /** One party per slot at work, and one for the owner. */
    private final Phaser atWork = new Phaser(1);

    private volatile boolean stopping;
    private long windowStartNanos;

    ClosedLoop(AsyncOperation operation) {
        this(operation, CompletableFuture.delayedExecutor(ERROR_PAUSE_MS, TimeUnit.MILLISECONDS));
    }

    /** @param afterError runs the next operation of a slot whose last one failed */
    ClosedLoop(AsyncOperation operation, Executor afterError) {
        this.operation = operation;
        this.afterError = afterError;
    }

    /** @param outstanding ≥ 1 */
    void start(int outstanding) {
        for (int i = 0; i < outstanding; i++) {
            atWork.register();
            new Slot().proceed();
        }
    }

    /** Forgets the successes so far, but no failure. */
    void beginWindow() {
        latency.getIntervalHistogram();
        retries.reset();
        windowStartNanos = System.nanoTime();
    }

    /**
     * Stops counting successes, starts no more operations and waits for those under way.
     *
     * @param drainMs after which what is still under way counts as {@link #STALLED}
     */
    Tally endWindow(long drainMs) throws InterruptedException {
        long elapsedNanos = Math.max(1, System.nanoTime() - windowStartNanos);
        Histogram counted = latency.getIntervalHistogram();
        long retried = retries.sum();
        stopping = true;
        int phase = atWork.arriveAndDeregister();
        try {
            atWork.awaitAdvanceInterruptibly(phase, drainMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            count(STALLED, atWork.getUnarrivedParties());
        }
        Map<String, Long> failures = new TreeMap<>();
        errors.forEach((code, number) -> failures.put(code, number.sum()));
        return new Tally(counted, elapsedNanos, retried, failures);
    }

    private void count(String code, long number) {
        errors.computeIfAbsent(code, any -> new LongAdder()).add(number);
    }

    /** The name of an error code, or of what broke instead. */
    static String codeOf(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        return cause instanceof RegistryException known
                ? known.code().name()
                : cause.getClass().getSimpleName();
    }

    /** One operation at a time. */
    private final class Slot {
        /** Requests to start an operation: whoever makes it 1 starts them all, so that the stack stays flat. */
        private final AtomicInteger wanted = new AtomicInteger();

        void proceed() {
            if (wanted.getAndIncrement() > 0) {
                return;
            }
            do {
                startOne();
            } while (wanted.decrementAndGet() > 0);
        }

        private void startOne() {
            if (stopping) {
                atWork.arriveAndDeregister();
                return;
            }
            long startedNanos = System.nanoTime();
            CompletableFuture<Integer> result;
            try {
                result = operation.start(sequence.getAndIncrement());
            } catch (RuntimeException e) {
                result = CompletableFuture.failedFuture(e);
            }
            var unused = result.whenComplete((retried, failure) -> ended(startedNanos, retried, failure));
        }

        private void ended(long startedNanos, @Nullable Integer retried, @Nullable Throwable failure) {
            if (failure == null) {
                latency.recordValue(Math.min(System.nanoTime() - startedNanos, LATENCY_NANOS_MAX));
                retries.add(retried == null ? 0 : retried);
                proceed();
                return;
            }
            count(codeOf(failure), 1);
            if (stopping) {
                proceed();
            } else {
                afterError.execute(this::proceed);
            }
        }
    }
}
