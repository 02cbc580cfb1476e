package io.meshkit.raft;

import static io.meshkit.raft.Failures.failureOf;
import static io.meshkit.raft.TestQuorum.DEADLINE_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.CommandOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members in one JVM: real Ratis, TLS and disks. */
class RatisReplicaTest {
    /** Small, so that log is dropped within a test. */
    private static final SnapshotPolicy SNAPSHOTS = new SnapshotPolicy(100_000, Duration.ofMinutes(10), 0, 8192);

    /** One every three seconds: longer than a busy machine keeps anything else waiting. */
    private static final RaftTimeouts SLOW_HEARTBEATS = new RaftTimeouts(
            Duration.ofSeconds(6),
            Duration.ofSeconds(8),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));

    @TempDir
    Path root;

    private TestQuorum quorum;

    @BeforeEach
    void start() throws Exception {
        quorum = new TestQuorum(root, 3, SNAPSHOTS);
        quorum.startAll();
    }

    @AfterEach
    void stop() {
        quorum.close();
        assertThat(quorum.fatals).isEmpty();
    }

    @Test
    void mutation_isSeenByLinearizableReadsOnEveryMember() throws Exception {
        for (int i = 1; i <= 20; i++) {
            quorum.put("a");
            for (RatisReplica replica : quorum.all()) {
                assertThat(quorum.read(replica, "a")).isEqualTo(i);
            }
        }
        quorum.requireSameState();
    }

    @Test
    void commitIndex_reachesFollowersLongBeforeTheNextHeartbeat() throws Exception {
        quorum.close();
        quorum = new TestQuorum(root.resolve("slow"), 3, SNAPSHOTS);
        quorum.timeouts = SLOW_HEARTBEATS;
        quorum.startAll();
        quorum.put("warm");
        quorum.requireSameState();
        List<Long> lagsMs = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            quorum.put("a");
            long acknowledged = System.nanoTime();
            for (RatisReplica replica : quorum.all()) {
                quorum.read(replica, "a");
            }
            lagsMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - acknowledged));
        }
        Collections.sort(lagsMs);
        assertThat(lagsMs.get(lagsMs.size() / 2)).isLessThan(1_000);
    }

    @Test
    void concurrentMutations_shareEntriesAndEachGetsItsOwnOutcome() throws Exception {
        RatisReplica leader = quorum.leader();
        long before = leader.status().logEndIndex();
        List<CompletableFuture<CommandOutcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            outcomes.add(
                    leader.propose(i % 10 == 0 ? TestState.rejected("k" + i) : TestState.set("k" + i), DEADLINE_MS));
        }
        for (int i = 0; i < 500; i++) {
            CommandOutcome outcome = outcomes.get(i).get(DEADLINE_MS, TimeUnit.MILLISECONDS);
            assertThat(outcome.hasRejection()).isEqualTo(i % 10 == 0);
        }
        assertThat(leader.status().logEndIndex() - before).isLessThan(100);
        assertThat(leader.status().revision()).isEqualTo(450);
        quorum.requireSameState();
    }

    @Test
    void follower_refusesMutationsAndBarriersAndNamesTheLeader() {
        RatisReplica follower = quorum.follower();
        TestQuorum.await(
                "the follower to hear of the leader", () -> follower.leader().isPresent());
        for (CompletableFuture<?> refused :
                List.of(follower.propose(TestState.set("a"), DEADLINE_MS), follower.readIndex(DEADLINE_MS))) {
            RegistryException failure = failureOf(refused);
            assertThat(failure.code()).isEqualTo(ErrorCode.NO_LEADER);
            assertThat(failure.detail().getLeaderHint())
                    .isEqualTo(quorum.leader().self().value());
        }
    }

    @Test
    void isolatedLeader_refusesTheBarrierThoughRatisStillTakesItForTheLeader() throws Exception {
        quorum.put("a");
        RatisReplica leader = quorum.leader();
        quorum.cutOff(leader.self());
        assertThat(failureOf(leader.readIndex(DEADLINE_MS)).code()).isEqualTo(ErrorCode.NO_QUORUM);
        quorum.heal();
        assertThat(quorum.read(leader, "a")).isEqualTo(1);
    }

    @Test
    void oversizedMutation_isRefusedAndTheLeaderStays() throws Exception {
        RatisReplica leader = quorum.leader();
        long term = leader.currentTerm();
        RegistryException failure = failureOf(leader.propose(TestState.set("x".repeat(2 << 20)), DEADLINE_MS));
        assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        leader.propose(TestState.set("y".repeat(1_000_000)), DEADLINE_MS).get(DEADLINE_MS, TimeUnit.MILLISECONDS);
        assertThat(leader.currentTerm()).isEqualTo(term);
        assertThat(leader.isLeader()).isTrue();
    }

    @Test
    void lostLeader_isReplacedAndNothingAcknowledgedIsLost() throws Exception {
        for (int i = 0; i < 50; i++) {
            quorum.put("k" + i);
        }
        RatisReplica former = quorum.leader();
        CompletableFuture<Void> change = quorum.follower().leaderChange();
        quorum.stop(former.self());
        change.get(DEADLINE_MS, TimeUnit.MILLISECONDS);
        quorum.put("after");
        RatisReplica restarted = quorum.start(former.self());
        assertThat(quorum.read(restarted, "after")).isEqualTo(1);
        assertThat(quorum.read(restarted, "k49")).isEqualTo(1);
        quorum.requireSameState();
    }

    @Test
    void restartOfAll_recoversFromSnapshotAndLog() throws Exception {
        for (int i = 0; i < 30; i++) {
            quorum.put("before");
        }
        awaitSnapshotOfAll(30);
        for (int i = 0; i < 30; i++) {
            quorum.put("after");
        }
        long term = quorum.leader().currentTerm();
        quorum.stopAll();
        quorum.startAll();
        for (RatisReplica replica : quorum.all()) {
            assertThat(quorum.read(replica, "before")).isEqualTo(30);
            assertThat(quorum.read(replica, "after")).isEqualTo(30);
        }
        assertThat(quorum.leader().currentTerm()).isGreaterThan(term);
        quorum.requireSameState();
    }

    @Test
    void memberThatWasAwayTooLong_installsACheckpointAndItsOpenReadersKeepTheirView() throws Exception {
        quorum.put("a");
        RatisReplica away = quorum.follower();
        assertThat(quorum.read(away, "a")).isEqualTo(1);
        quorum.stop(away.self());
        for (int i = 0; i < 400; i++) {
            quorum.put("k" + i);
        }
        awaitSnapshotOfAll(400);
        // Else the checkpoint may be there before the reader is.
        quorum.holdFetches();
        RatisReplica back = quorum.start(away.self());
        try (StoreSnapshot before = back.snapshot()) {
            quorum.releaseFetches();
            assertThat(quorum.read(back, "k399")).isEqualTo(1);
            assertThat(quorum.fetches).contains(back.self());
            assertThat(TestState.count(before, "a")).isEqualTo(1);
            assertThat(TestState.count(before, "k399")).isZero();
        }
        quorum.put("later");
        quorum.requireSameState();
        quorum.stop(back.self());
        assertThat(quorum.read(quorum.start(back.self()), "later")).isEqualTo(1);
        quorum.requireSameState();
    }

    @Test
    void transferredLeadership_movesToTheTarget() throws Exception {
        RatisReplica target = quorum.follower();
        quorum.handOver(target);
        assertThat(failureOf(target.transferLeadership(new NodeId("nobody"), DEADLINE_MS))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        quorum.put("a");
    }

    /** A leader keeps what a follower, as far as it knows, still needs: its first snapshot may cover less. */
    private void awaitSnapshotOfAll(int entries) {
        for (RatisReplica replica : quorum.all()) {
            TestQuorum.await(
                    "a snapshot of all on " + replica.self(),
                    () -> replica.createSnapshot().join() >= entries);
        }
    }

    @Test
    void metrics_showTheMembersOwnNumbers() throws Exception {
        quorum.put("a");
        RatisReplica leader = quorum.leader();
        assertThat(leader.metrics())
                .containsKeys("replica.applied_index", "replica.read_rounds")
                .anySatisfy((name, value) -> assertThat(name).contains("log_worker"))
                .noneSatisfy((name, value) -> assertThat(name).contains("@"));
    }
}
