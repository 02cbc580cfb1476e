package io.meshkit.raft;

import static io.meshkit.raft.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On hand-driven members and clock, with everything on the test's thread. */
class ReadBarrierTest {
    private static final NodeId A = TestQuorum.node(1);
    private static final NodeId B = TestQuorum.node(2);
    private static final NodeId C = TestQuorum.node(3);
    private static final NodeId D = TestQuorum.node(4);
    private static final NodeId E = TestQuorum.node(5);

    private final FakeSource source = new FakeSource();
    private final FakePeers peers = new FakePeers();
    private long nowNanos;
    private final ReadBarrier barrier = new ReadBarrier(A, source, peers, 500, () -> nowNanos, Runnable::run);

    @Test
    void majorityConfirmsTheTerm_answersTheIndexCapturedBefore() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        assertThat(read).isNotDone();
        source.committedIndex = 99;
        peers.answer(B, 7);
        assertThat(read).isCompletedWithValue(10L);
    }

    @Test
    void oneMemberDown_isEnoughForTheOthers() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.fail(B);
        assertThat(read).isNotDone();
        peers.answer(C, 7);
        assertThat(read).isCompletedWithValue(10L);
    }

    @Test
    void isolatedLeader_hasNoQuorum() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.fail(B);
        peers.fail(C);
        assertThat(failureOf(read).code()).isEqualTo(ErrorCode.NO_QUORUM);
    }

    @Test
    void majorityInANewerTerm_isNoLeader() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.answer(B, 8);
        assertThat(read).isNotDone();
        peers.answer(C, 8);
        assertThat(failureOf(read).code()).isEqualTo(ErrorCode.NO_LEADER);
    }

    @Test
    void memberInAnOlderTerm_doesNotConfirm() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.answer(B, 6);
        peers.fail(C);
        assertThat(failureOf(read).code()).isEqualTo(ErrorCode.NO_QUORUM);
    }

    @Test
    void leaderThatSteppedDownMeanwhile_doesNotAnswer() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        source.term = 8;
        peers.answer(B, 7);
        assertThat(failureOf(read).code()).isEqualTo(ErrorCode.NO_LEADER);
    }

    @Test
    void follower_refusesAtOnce() {
        source.leads = false;
        assertThat(failureOf(barrier.readIndex(1000)).code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(peers.asked).isEmpty();
    }

    @Test
    void readThatArrivesDuringARound_joinsTheNextOneOnly() {
        CompletableFuture<Long> first = barrier.readIndex(1000);
        source.committedIndex = 20;
        CompletableFuture<Long> second = barrier.readIndex(1000);
        CompletableFuture<Long> third = barrier.readIndex(1000);
        assertThat(peers.asked).containsExactly(B);

        peers.answer(B, 7);
        assertThat(first).isCompletedWithValue(10L);
        assertThat(second).isNotDone();
        assertThat(peers.asked).containsExactly(B, B);
        assertThat(barrier.rounds()).isEqualTo(2);

        peers.answer(B, 7);
        assertThat(second).isCompletedWithValue(20L);
        assertThat(third).isCompletedWithValue(20L);
    }

    @Test
    void lateAnswerOfAnEndedRound_doesNotConfirmTheNext() {
        barrier.readIndex(1000);
        CompletableFuture<Long> late = peers.last(B);
        passPatience();
        peers.answer(C, 7);
        CompletableFuture<Long> second = barrier.readIndex(1000);
        late.complete(7L);
        assertThat(second).isNotDone();
        peers.fail(C);
        peers.fail(B);
        assertThat(failureOf(second).code()).isEqualTo(ErrorCode.NO_QUORUM);
    }

    @Test
    void configurationChange_needsAMajorityOfBoth() {
        source.voters = List.of(Set.of(A, B, C), Set.of(A, D, E));
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.answer(B, 7);
        peers.answer(C, 7);
        assertThat(read).isNotDone();
        peers.answer(D, 7);
        assertThat(read).isCompletedWithValue(10L);
        assertThat(peers.asked).containsExactly(B, C, D);
    }

    @Test
    void configurationWithoutAMajority_fails() {
        source.voters = List.of(Set.of(A, B, C), Set.of(A, D, E));
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.answer(B, 7);
        peers.fail(D);
        peers.fail(E);
        assertThat(failureOf(read).code()).isEqualTo(ErrorCode.NO_QUORUM);
    }

    @Test
    void majority_isAsked_andNobodyElse() {
        source.voters = List.of(Set.of(A, B, C, D, E));
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.answer(B, 7);
        peers.answer(C, 7);
        assertThat(read).isCompletedWithValue(10L);
        assertThat(peers.asked).containsExactly(B, C);
    }

    @Test
    void memberThatFails_othersAreAskedAtOnce_itComesLastInTheNextRounds() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        peers.fail(B);
        assertThat(peers.asked).containsExactly(B, C);
        peers.answer(C, 7);
        assertThat(read).isCompletedWithValue(10L);

        CompletableFuture<Long> second = barrier.readIndex(1000);
        assertThat(peers.asked).containsExactly(B, C, C);
        peers.fail(C);
        assertThat(peers.asked).containsExactly(B, C, C, B);
        peers.answer(B, 7);
        assertThat(second).isCompletedWithValue(10L);

        barrier.readIndex(1000);
        assertThat(peers.asked).containsExactly(B, C, C, B, B);
    }

    @Test
    void silentMember_othersAreAskedWhenPatienceIsOver_itComesLastInTheNextRound() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        nowNanos += TimeUnit.MILLISECONDS.toNanos(ReadBarrier.PATIENCE_MS) - 1;
        barrier.sweep(nowNanos);
        assertThat(peers.asked).containsExactly(B);
        nowNanos++;
        barrier.sweep(nowNanos);
        assertThat(peers.asked).containsExactly(B, C);
        barrier.sweep(nowNanos);
        assertThat(peers.asked).containsExactly(B, C);
        peers.answer(C, 7);
        assertThat(read).isCompletedWithValue(10L);

        barrier.readIndex(1000);
        assertThat(peers.asked).containsExactly(B, C, C);
    }

    @Test
    void silentMember_answersAfterAll_countsToo() {
        CompletableFuture<Long> read = barrier.readIndex(1000);
        passPatience();
        peers.answer(B, 7);
        assertThat(read).isCompletedWithValue(10L);
    }

    @Test
    void laggardThatLeftTheConfiguration_isForgotten() {
        barrier.readIndex(1000);
        peers.fail(B);
        peers.answer(C, 7);
        source.voters = List.of(Set.of(A, C, D));
        barrier.readIndex(1000);
        peers.answer(C, 7);
        source.voters = List.of(Set.of(A, B, C));
        barrier.readIndex(1000);
        assertThat(peers.asked).containsExactly(B, C, C, B);
    }

    private void passPatience() {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(ReadBarrier.PATIENCE_MS);
        barrier.sweep(nowNanos);
    }

    @Test
    void onlyVoter_needsNobody() {
        source.voters = List.of(Set.of(A));
        assertThat(barrier.readIndex(1000)).isCompletedWithValue(10L);
        assertThat(peers.asked).isEmpty();
    }

    @Test
    void membersThatNeverAnswer_endTheRoundAndTheNextOneStarts() {
        CompletableFuture<Long> first = barrier.readIndex(9000);
        CompletableFuture<Long> second = barrier.readIndex(9000);
        nowNanos += TimeUnit.MILLISECONDS.toNanos(501);
        barrier.sweep(nowNanos);
        assertThat(failureOf(first).code()).isEqualTo(ErrorCode.NO_QUORUM);
        peers.answer(B, 7);
        assertThat(second).isCompletedWithValue(10L);
    }

    @Test
    void deadline_failsTheReadWithoutHarmToTheOthers() {
        CompletableFuture<Long> hasty = barrier.readIndex(100);
        CompletableFuture<Long> patient = barrier.readIndex(9000);
        nowNanos += TimeUnit.MILLISECONDS.toNanos(101);
        barrier.sweep(nowNanos);
        assertThat(failureOf(hasty).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        peers.answer(C, 7);
        peers.answer(C, 7);
        assertThat(patient).isCompletedWithValue(10L);
    }

    @Test
    void close_failsEverybody() {
        CompletableFuture<Long> running = barrier.readIndex(1000);
        CompletableFuture<Long> waiting = barrier.readIndex(1000);
        barrier.close();
        assertThat(failureOf(running).code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(failureOf(waiting).code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(failureOf(barrier.readIndex(1000)).code()).isEqualTo(ErrorCode.NO_LEADER);
    }

    private static final class FakeSource implements Leadership.Source {
        private boolean leads = true;
        private long term = 7;
        private long committedIndex = 10;
        private List<Set<NodeId>> voters = List.of(Set.of(A, B, C));

        @Override
        public Leadership leadership() {
            if (!leads) {
                throw notLeading();
            }
            return new Leadership(term, committedIndex, voters);
        }

        @Override
        public boolean leadsIn(long askedTerm) {
            return leads && term == askedTerm;
        }

        @Override
        public RegistryException notLeading() {
            return Errors.noLeader("this node does not lead", Optional.empty());
        }
    }

    private static final class FakePeers implements PeerRpc {
        private final List<NodeId> asked = new ArrayList<>();
        private final Map<NodeId, CompletableFuture<Long>> calls = new HashMap<>();

        @Override
        public CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs) {
            asked.add(member);
            CompletableFuture<Long> call = new CompletableFuture<>();
            calls.put(member, call);
            return call;
        }

        /** Answers the member's latest call. */
        void answer(NodeId member, long term) {
            last(member).complete(term);
        }

        void fail(NodeId member) {
            last(member).completeExceptionally(new IOException("unreachable"));
        }

        CompletableFuture<Long> last(NodeId member) {
            return calls.get(member);
        }

        @Override
        public void fetchCheckpoint(NodeId member, Path directory) {
            throw new AssertionError("not asked for");
        }
    }
}
