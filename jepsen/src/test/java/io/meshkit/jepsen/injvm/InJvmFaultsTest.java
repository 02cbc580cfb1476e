package io.meshkit.jepsen.injvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.RatisReplica;
import io.meshkit.raft.SnapshotPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real Ratis, hurt at exact places under load: every history must be linearizable, and every fault must have shown. */
class InJvmFaultsTest {
    private static final SnapshotPolicy SELDOM = new SnapshotPolicy(100_000, Duration.ofMinutes(10), 200_000, 1 << 20);
    private static final long OPERATIONS = 150;

    @TempDir
    Path root;

    private static void assertValid(List<Judgement> judgements) {
        assertThat(judgements)
                .isNotEmpty()
                .allSatisfy(judgement ->
                        assertThat(judgement.verdict()).as(judgement.toText()).isEqualTo(Verdict.VALID));
    }

    @Test
    void delayedFsync_onAMajority_losesNothing() throws Exception {
        try (Injections injections = new Injections();
                InJvmQuorum quorum = new InJvmQuorum(root, SELDOM);
                Clients clients = new Clients(quorum, root)) {
            String fast = quorum.leader().self().value();
            AtomicLong turn = new AtomicLong();
            injections.put(Injections.LOG_SYNC, (member, other) -> {
                // The followers' logs are synced late, by turns so late that the leader goes on without them.
                if (member.equals(fast)) {
                    return false;
                }
                Injections.pause(TimeUnit.MILLISECONDS.toNanos(turn.incrementAndGet() % 10 == 0 ? 150 : 10));
                return true;
            });
            clients.start().awaitAcknowledged(OPERATIONS);
            quorum.leader();

            assertValid(clients.finish());
            assertThat(injections.count(Injections.LOG_SYNC)).isPositive();
            assertThat(quorum.fatals).isEmpty();
        }
    }

    @Test
    void lostAppends_areSentAgain() throws Exception {
        try (Injections injections = new Injections();
                InJvmQuorum quorum = new InJvmQuorum(root, SELDOM);
                Clients clients = new Clients(quorum, root)) {
            AtomicLong turn = new AtomicLong();
            injections.put(Injections.APPEND_ENTRIES, (member, leader) -> {
                if (turn.incrementAndGet() % 9 == 0) {
                    throw new IllegalStateException("this append is lost");
                }
                return false;
            });
            clients.start().awaitAcknowledged(OPERATIONS);

            assertValid(clients.finish());
            assertThat(injections.count(Injections.APPEND_ENTRIES)).isPositive();
            assertThat(quorum.fatals).isEmpty();
        }
    }

    @Test
    void slowInstallOfASnapshot_whileTheLeaderChanges_losesNothing() throws Exception {
        SnapshotPolicy often = new SnapshotPolicy(20, Duration.ofMinutes(10), 0, 8192);
        try (Injections injections = new Injections();
                InJvmQuorum quorum = new InJvmQuorum(root, often);
                Clients clients = new Clients(quorum, root)) {
            NodeId behind = quorum.all().stream()
                    .filter(replica -> !replica.isLeader())
                    .findFirst()
                    .orElseThrow()
                    .self();
            quorum.stop(behind);
            clients.start().awaitAcknowledged(4 * OPERATIONS);
            RatisReplica leader = quorum.leader();
            // A leader holds log for a member that answered just now; nor may whoever leads later have it.
            long missed = leader.applied().index();
            InJvmQuorum.await(
                    "the log that it misses to be dropped",
                    () -> quorum.all().stream()
                            .allMatch(replica -> replica.createSnapshot()
                                    .handle((index, failure) -> failure == null && index >= missed)
                                    .join()));
            AtomicBoolean asked = new AtomicBoolean();
            injections.put(Injections.INSTALL_SNAPSHOT, (member, other) -> {
                asked.set(true);
                Injections.pause(TimeUnit.MILLISECONDS.toNanos(700));
                return true;
            });
            quorum.start(behind);
            InJvmQuorum.await("an install to be asked for", asked::get);
            NodeId other = quorum.all().stream()
                    .map(RatisReplica::self)
                    .filter(node -> !node.equals(behind) && !node.equals(leader.self()))
                    .findFirst()
                    .orElseThrow();
            leader.transferLeadership(other, 5_000)
                    .handle((done, failure) -> done)
                    .get(60, TimeUnit.SECONDS);
            clients.awaitAcknowledged(OPERATIONS / 3);

            assertValid(clients.finish());
            assertThat(quorum.fetches).contains(behind);
            assertThat(injections.count(Injections.INSTALL_SNAPSHOT)).isPositive();
            assertThat(quorum.fatals).isEmpty();
        }
    }
}
