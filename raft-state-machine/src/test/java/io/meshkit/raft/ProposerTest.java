package io.meshkit.raft;

import static io.meshkit.raft.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.ErrorDetail.Applied;
import io.meshkit.v1.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On a hand-driven log and clock, with everything on the test's thread. */
class ProposerTest {
    private final FakeLog log = new FakeLog();
    private long nowNanos;
    private final RaftLimits limits = new RaftLimits(1000, 4, 2000, 2, 10, 5000, 4 << 20, 0);
    private final Proposer proposer = new Proposer(log, limits, () -> 77, () -> nowNanos, Runnable::run);

    @Test
    void loneCommand_goesAtOnceWithTheLeadersTime() {
        CompletableFuture<CommandOutcome> outcome = proposer.propose(TestState.set("a"), 1000);
        assertThat(log.entries).hasSize(1);
        assertThat(log.entries.getFirst().getLeaderTimeMs()).isEqualTo(77);
        assertThat(log.entries.getFirst().getFormat()).isEqualTo(Proposer.ENTRY_FORMAT);
        log.apply(0);
        assertThat(outcome).isCompletedWithValueMatching(value -> value.getRevision() == 1);
    }

    @Test
    void commandsThatArriveMeanwhile_goTogetherInOrder() {
        List<CompletableFuture<CommandOutcome>> outcomes = proposeAll("a", "b", "c", "d", "e", "f", "g");
        assertThat(log.sizes()).containsExactly(1, 1);
        log.apply(0);
        assertThat(log.sizes()).containsExactly(1, 1, 4);
        assertThat(log.principals(2)).containsExactly("c", "d", "e", "f");
        log.apply(1);
        assertThat(log.principals(3)).containsExactly("g");
        log.apply(2);
        log.apply(3);
        assertThat(outcomes).allMatch(CompletableFuture::isDone);
        assertThat(outcomes.get(3).join().getRevision()).isEqualTo(2);
    }

    @Test
    void entry_endsBeforeItWouldExceedItsBytes() {
        proposeAll("a", "b");
        String big = "x".repeat(900);
        proposeAll(big + 1, big + 2, big + 3);
        log.apply(0);
        assertThat(log.sizes()).containsExactly(1, 1, 2);
    }

    @Test
    void commandLargerThanTheLimit_isRefused() {
        assertThat(failureOf(proposer.propose(TestState.set("x".repeat(1000)), 1000))
                        .code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(log.entries).isEmpty();
    }

    @Test
    void fullQueueByCount_isOverloaded() {
        proposeAll("a", "b");
        for (int i = 0; i < 10; i++) {
            assertThat(proposer.propose(TestState.set("q"), 1000)).isNotDone();
        }
        var failure = failureOf(proposer.propose(TestState.set("q"), 1000));
        assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failure.detail().hasRetryDelay()).isTrue();
        assertThat(failure.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
    }

    @Test
    void fullQueueByBytes_isOverloaded() {
        proposeAll("a", "b");
        proposeAll("x".repeat(900), "x".repeat(900), "x".repeat(900), "x".repeat(900), "x".repeat(900));
        assertThat(failureOf(proposer.propose(TestState.set("x".repeat(900)), 1000))
                        .code())
                .isEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    void notLeader_isRefusedWithTheHint() {
        log.readiness = EntryLog.Readiness.NOT_LEADER;
        var failure = failureOf(proposer.propose(TestState.set("a"), 1000));
        assertThat(failure.code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(failure.detail().getLeaderHint()).isEqualTo("node-9");
    }

    @Test
    void leaderNotReadyYet_keepsCommandsUntilItIs() {
        log.readiness = EntryLog.Readiness.SOON;
        CompletableFuture<CommandOutcome> outcome = proposer.propose(TestState.set("a"), 1000);
        assertThat(log.entries).isEmpty();
        log.readiness = EntryLog.Readiness.READY;
        proposer.pump();
        log.apply(0);
        assertThat(outcome).isCompleted();
    }

    @Test
    void leadershipLostWhileQueued_isCertainlyNotApplied() {
        log.readiness = EntryLog.Readiness.SOON;
        CompletableFuture<CommandOutcome> outcome = proposer.propose(TestState.set("a"), 1000);
        log.readiness = EntryLog.Readiness.NOT_LEADER;
        proposer.sweep(nowNanos);
        var failure = failureOf(outcome);
        assertThat(failure.code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(failure.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
    }

    @Test
    void failureBeforeTheAppend_isNotApplied() {
        CompletableFuture<CommandOutcome> outcome = proposer.propose(TestState.set("a"), 1000);
        log.fail(0, AppendException.Reason.NOT_LEADER, false);
        var failure = failureOf(outcome);
        assertThat(failure.code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(failure.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
    }

    @Test
    void failureAfterTheAppend_isUnknown() {
        for (AppendException.Reason reason : AppendException.Reason.values()) {
            CompletableFuture<CommandOutcome> outcome = proposer.propose(TestState.set("a"), 1000);
            log.fail(log.entries.size() - 1, reason, true);
            var failure = failureOf(outcome);
            assertThat(failure.detail().getApplied()).as("%s", reason).isEqualTo(Applied.APPLIED_UNKNOWN);
            if (reason == AppendException.Reason.NOT_LEADER) {
                assertThat(failure.code()).isEqualTo(ErrorCode.LEADERSHIP_LOST);
            }
        }
    }

    @Test
    void busyBeforeTheAppend_isOverloaded() {
        CompletableFuture<CommandOutcome> outcome = proposer.propose(TestState.set("a"), 1000);
        log.fail(0, AppendException.Reason.BUSY, false);
        assertThat(failureOf(outcome).code()).isEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    void deadlineWhileQueued_isNotAppliedAndIsNeverProposed() {
        proposeAll("a", "b");
        CompletableFuture<CommandOutcome> queued = proposer.propose(TestState.set("c"), 1000);
        nowNanos += TimeUnit.SECONDS.toNanos(2);
        proposer.sweep(nowNanos);
        var failure = failureOf(queued);
        assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        log.apply(0);
        assertThat(log.entries).hasSize(2);
    }

    @Test
    void deadlineWhileInFlight_isUnknown() {
        CompletableFuture<CommandOutcome> outcome = proposer.propose(TestState.set("a"), 1000);
        nowNanos += TimeUnit.SECONDS.toNanos(2);
        proposer.sweep(nowNanos);
        var failure = failureOf(outcome);
        assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure.detail().getApplied()).isEqualTo(Applied.APPLIED_UNKNOWN);
        log.apply(0);
    }

    @Test
    void expiredHead_isDroppedWhenTheEntryIsPacked() {
        proposeAll("a", "b");
        CompletableFuture<CommandOutcome> late = proposer.propose(TestState.set("late"), 1000);
        CompletableFuture<CommandOutcome> live = proposer.propose(TestState.set("live"), 9000);
        nowNanos += TimeUnit.SECONDS.toNanos(2);
        log.apply(0);
        assertThat(log.principals(2)).containsExactly("live");
        assertThat(failureOf(late).detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(live).isNotDone();
    }

    @Test
    void close_failsWhatWaitsAndRefusesWhatComes() {
        proposeAll("a", "b");
        CompletableFuture<CommandOutcome> queued = proposer.propose(TestState.set("c"), 1000);
        proposer.close();
        assertThat(failureOf(queued).detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(failureOf(proposer.propose(TestState.set("d"), 1000)).code()).isEqualTo(ErrorCode.NO_LEADER);
    }

    private List<CompletableFuture<CommandOutcome>> proposeAll(String... keys) {
        List<CompletableFuture<CommandOutcome>> outcomes = new ArrayList<>();
        for (String key : keys) {
            outcomes.add(proposer.propose(TestState.set(key), 1000));
        }
        return outcomes;
    }

    private static final class FakeLog implements EntryLog {
        private Readiness readiness = Readiness.READY;
        private final List<LogEntry> entries = new ArrayList<>();
        private final List<CompletableFuture<List<CommandOutcome>>> answers = new ArrayList<>();

        @Override
        public Readiness readiness() {
            return readiness;
        }

        @Override
        public Optional<NodeId> leader() {
            return Optional.of(TestQuorum.node(9));
        }

        @Override
        public CompletableFuture<List<CommandOutcome>> append(LogEntry entry) {
            entries.add(entry);
            answers.add(new CompletableFuture<>());
            return answers.getLast();
        }

        /** Each command's outcome has its place in the entry, from 1, as revision. */
        void apply(int entry) {
            List<CommandOutcome> outcomes = new ArrayList<>();
            for (int i = 1; i <= entries.get(entry).getCommandsCount(); i++) {
                outcomes.add(CommandOutcome.newBuilder().setRevision(i).build());
            }
            answers.get(entry).complete(outcomes);
        }

        void fail(int entry, AppendException.Reason reason, boolean mayBeAppended) {
            answers.get(entry)
                    .completeExceptionally(new AppendException(reason, mayBeAppended, new IllegalStateException()));
        }

        List<Integer> sizes() {
            return entries.stream().map(LogEntry::getCommandsCount).toList();
        }

        List<String> principals(int entry) {
            return entries.get(entry).getCommandsList().stream()
                    .map(Command::getPrincipal)
                    .toList();
        }
    }
}
