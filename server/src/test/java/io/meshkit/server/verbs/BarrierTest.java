package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BarrierTest {
    private final FakeReplica replica = new FakeReplica();
    private final FakeLeader leader = new FakeLeader();
    private final LeaderEvents events = new LeaderEvents(replica);
    private final Barrier barrier = new Barrier(replica, leader, new LeaderRetry(replica, events, 1_500));
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        readers.shutdownNow();
    }

    private Future<Barrier.Confirmed> read() {
        return readers.submit(() -> barrier.confirm(Deadline.inMs(10_000)));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    @Test
    void confirm_onTheLeader_asksTheReplica() throws Exception {
        assertThat(get(read()).logIndex()).isZero();
        assertThat(replica.readIndexCalls).hasValue(1);
        assertThat(leader.asked).isEmpty();
    }

    @Test
    void confirm_onAFollower_waitsForTheIndexToBeApplied() throws Exception {
        replica.elect(Optional.of(FakeReplica.OTHER));
        Future<Barrier.Confirmed> read = read();
        leader.asked(0).answer().complete(1L);

        assertThat(read).isNotDone();
        replica.apply(Peers.register("p1"));

        assertThat(get(read).logIndex()).isEqualTo(1);
    }

    @Test
    void confirm_whileARoundRuns_waitsForTheNextOne() throws Exception {
        replica.elect(Optional.of(FakeReplica.OTHER));
        Future<Barrier.Confirmed> first = read();
        FakeLeader.Asked firstRound = leader.asked(0);
        Future<Barrier.Confirmed> second = read();
        Future<Barrier.Confirmed> third = read();
        // Once these two wait for a leader's answer they cannot be in the first round.
        replica.apply(Peers.register("p1"));
        firstRound.answer().complete(0L);

        assertThat(get(first).logIndex()).isZero();
        assertThat(second).isNotDone();
        leader.asked(1).answer().complete(1L);
        // The readers' threads may reach the barrier late, and then take a round of their own.
        while (!second.isDone() || !third.isDone()) {
            synchronized (leader) {
                leader.asked.forEach(asked -> asked.answer().complete(1L));
            }
            Thread.onSpinWait();
        }

        assertThat(get(second).logIndex()).isEqualTo(1);
        assertThat(get(third).logIndex()).isEqualTo(1);
    }

    @Test
    void confirm_leaderHangsAndAnotherIsElected_asksTheNewOne() throws Exception {
        replica.elect(Optional.of(FakeReplica.OTHER));
        Future<Barrier.Confirmed> read = read();
        leader.asked(0);

        replica.elect(Optional.of(FakeReplica.SELF));

        assertThat(get(read).logIndex()).isZero();
        assertThat(replica.readIndexCalls).hasValue(1);
    }

    @Test
    void confirm_noLeader_waitsForOne() throws Exception {
        replica.elect(Optional.empty());
        Future<Barrier.Confirmed> read = read();
        replica.elect(Optional.of(FakeReplica.SELF));

        assertThat(get(read).logIndex()).isZero();
    }

    @Test
    void confirm_noLeaderForTooLong_isNoLeader() throws Exception {
        replica.elect(Optional.empty());

        ExecutionException failure = catchThrowableOfType(ExecutionException.class, () -> get(read()));

        assertThat(((RegistryException) failure.getCause()).code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(barrier.newest()).isEmpty();
    }

    @Test
    void confirm_noQuorum_isNeverAnswered() throws Exception {
        replica.scriptReadIndex(CompletableFuture.failedFuture(FakeReplica.failure(ErrorCode.NO_QUORUM)));

        ExecutionException failure = catchThrowableOfType(ExecutionException.class, () -> get(read()));

        assertThat(((RegistryException) failure.getCause()).code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(replica.readIndexCalls.get()).isGreaterThan(1);
    }

    @Test
    void newest_laterBarrier_replacesEarlier() throws Exception {
        Barrier.Confirmed first = get(read());
        Barrier.Confirmed second = get(read());

        assertThat(second.startedNanos()).isGreaterThan(first.startedNanos());
        assertThat(barrier.newest()).contains(second);
    }
}
