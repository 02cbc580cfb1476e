package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.bench.systems.AsyncOperation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
    private static final long DRAIN_MS = 60_000;

    /** Operations that end when the test says so. */
    private static final class Scripted implements AsyncOperation {
        private final Deque<CompletableFuture<Integer>> open = new ArrayDeque<>();
        private final List<Long> sequences = new ArrayList<>();

        @Override
        public CompletableFuture<Integer> start(long sequence) {
            CompletableFuture<Integer> operation = new CompletableFuture<>();
            open.add(operation);
            sequences.add(sequence);
            return operation;
        }

        void succeedOldest(int retries) {
            open.remove().complete(retries);
        }

        void failOldest(Throwable failure) {
            open.remove().completeExceptionally(failure);
        }
    }

    private final Scripted operation = new Scripted();
    private final Deque<Runnable> paused = new ArrayDeque<>();
    private final ClosedLoop loop = new ClosedLoop(operation, paused::add);

    @Test
    void start_keepsAsManyOutstandingAsAsked() {
        loop.start(3);
        assertThat(operation.open).hasSize(3);
        operation.succeedOldest(0);
        operation.succeedOldest(0);
        assertThat(operation.open).hasSize(3);
        assertThat(operation.sequences).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void endWindow_countsWhatSucceededWithinTheWindowOnly() throws InterruptedException {
        loop.start(2);
        operation.succeedOldest(5);
        loop.beginWindow();
        operation.succeedOldest(0);
        operation.succeedOldest(1);
        operation.succeedOldest(2);
        Tally tally = endWindow(() -> {
            operation.succeedOldest(7);
            operation.succeedOldest(0);
        });
        assertThat(tally.operations()).isEqualTo(3);
        assertThat(tally.retries()).isEqualTo(3);
        assertThat(tally.errors()).isEmpty();
        assertThat(operation.open).isEmpty();
    }

    @Test
    void failures_areCountedByCodeWheneverTheyHappen() throws InterruptedException {
        loop.start(4);
        operation.failOldest(RegistryException.of(ErrorCode.NO_LEADER, "", ""));
        loop.beginWindow();
        operation.failOldest(new CompletionException(RegistryException.of(ErrorCode.OVERLOADED, "", "")));
        operation.failOldest(new IllegalStateException("broken"));
        Tally tally = endWindow(() -> {
            paused.forEach(Runnable::run);
            operation.failOldest(RegistryException.of(ErrorCode.OVERLOADED, "", ""));
        });
        assertThat(tally.operations()).isZero();
        assertThat(tally.errors())
                .containsEntry("NO_LEADER", 1L)
                .containsEntry("OVERLOADED", 2L)
                .containsEntry("IllegalStateException", 1L)
                .hasSize(3);
        assertThat(tally.errorCount()).isEqualTo(4);
    }

    @Test
    void failure_pausesItsSlotBeforeTheNextOperation() {
        loop.start(1);
        operation.failOldest(RegistryException.of(ErrorCode.OVERLOADED, "", ""));
        assertThat(operation.open).isEmpty();
        paused.remove().run();
        assertThat(operation.open).hasSize(1);
    }

    @Test
    void operationThatThrows_isAFailure() throws InterruptedException {
        ClosedLoop throwing = new ClosedLoop(
                sequence -> {
                    throw new UnsupportedOperationException();
                },
                paused::add);
        throwing.start(2);
        throwing.beginWindow();
        Thread resumed = new Thread(() -> List.copyOf(paused).forEach(Runnable::run));
        Tally tally = whileDraining(throwing, resumed);
        assertThat(tally.errors()).containsEntry("UnsupportedOperationException", 2L);
    }

    @Test
    void operationThatNeverEnds_isCountedAsStalled() throws InterruptedException {
        loop.start(3);
        loop.beginWindow();
        operation.succeedOldest(0);
        Tally tally = loop.endWindow(1);
        assertThat(tally.operations()).isEqualTo(1);
        assertThat(tally.errors()).containsExactly(java.util.Map.entry(ClosedLoop.STALLED, 3L));
    }

    /** A million operations that end at once: a loop that recursed would overflow its stack. */
    @Test
    void operationsThatEndAtOnce_needNoStack() throws InterruptedException {
        AtomicLong left = new AtomicLong(1_000_000);
        CompletableFuture<Integer> last = new CompletableFuture<>();
        ClosedLoop quick = new ClosedLoop(
                sequence -> left.decrementAndGet() > 0 ? CompletableFuture.completedFuture(0) : last, paused::add);
        quick.beginWindow();
        quick.start(1);
        Tally tally = whileDraining(quick, new Thread(() -> last.complete(0)));
        assertThat(tally.operations()).isEqualTo(999_999);
    }

    private Tally endWindow(Runnable draining) throws InterruptedException {
        return whileDraining(loop, new Thread(draining));
    }

    /** Ends the window and lets the thread end what is under way only after the window has. */
    private static Tally whileDraining(ClosedLoop loop, Thread draining) throws InterruptedException {
        Thread owner = Thread.currentThread();
        Thread starter = new Thread(() -> {
            // The owner waits only in the draining, so that the window is over then.
            while (owner.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            draining.start();
        });
        starter.start();
        @Nullable Tally tally = loop.endWindow(DRAIN_MS);
        starter.join();
        draining.join();
        return tally;
    }
}
