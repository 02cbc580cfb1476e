package io.meshkit.raft;

import static io.meshkit.raft.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.v1.ErrorDetail.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IndexWaitersTest {
    private final IndexWaiters waiters =
            new IndexWaiters(5, Runnable::run, number -> Errors.deadlineNotApplied("not " + number));

    @Test
    void reachedNumber_completesAtOnce() {
        assertThat(waiters.await(5, 100)).isCompleted();
        assertThat(waiters.await(6, 100)).isNotDone();
    }

    @Test
    void advance_completesEverybodyUpToIt() {
        CompletableFuture<Void> six = waiters.await(6, 100);
        CompletableFuture<Void> alsoSix = waiters.await(6, 100);
        CompletableFuture<Void> nine = waiters.await(9, 100);
        waiters.advance(8);
        assertThat(six).isCompleted();
        assertThat(alsoSix).isCompleted();
        assertThat(nine).isNotDone();
        waiters.advance(7);
        assertThat(waiters.reached()).isEqualTo(8);
    }

    @Test
    void sweep_failsOnlyWhoseTimeIsUp() {
        CompletableFuture<Void> hasty = waiters.await(6, 100);
        CompletableFuture<Void> patient = waiters.await(6, 200);
        waiters.sweep(100);
        assertThat(failureOf(hasty).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failureOf(hasty).detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        waiters.advance(6);
        assertThat(patient).isCompleted();
    }

    @Test
    void close_failsWhoWaitsAndWhoComes() {
        CompletableFuture<Void> waiting = waiters.await(6, 100);
        waiters.close(Errors.noQuorum("closed"));
        assertThat(failureOf(waiting).code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(waiters.await(7, 100)).isCompletedExceptionally();
    }

    @Test
    void waitersThatRaceWithAdvance_areNeverForgotten() throws Exception {
        int last = 20_000;
        List<CompletableFuture<Void>> all = new ArrayList<>();
        Thread applier = Thread.ofPlatform().start(() -> {
            for (int i = 6; i <= last; i++) {
                waiters.advance(i);
            }
        });
        for (int i = 6; i <= last; i++) {
            all.add(waiters.await(i, Long.MAX_VALUE));
        }
        applier.join();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    }
}
