package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.raftlog.LogProtoUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go: real Ratis, TLS and disks in one JVM. */
class MembershipTest {
    private static final SnapshotPolicy SNAPSHOTS = new SnapshotPolicy(100_000, Duration.ofMinutes(10), 0, 8192);

    @TempDir
    Path root;

    private TestQuorum quorum;

    @AfterEach
    void stop() {
        if (quorum != null) {
            quorum.close();
            assertThat(quorum.fatals).isEmpty();
        }
    }

    private void start(SnapshotPolicy snapshots) throws Exception {
        quorum = new TestQuorum(root, 3, snapshots);
        quorum.startAll();
        quorum.put("a");
    }

    @Test
    void configuration_carriesTheMembersAndTheirAddresses() {
        Member member = new Member(
                new NodeId("node-1"),
                "::1",
                7,
                Member.Role.VOTER,
                new MemberAddresses("[::1]:4", "[::1]:5", "[::1]:6"));
        RaftConfiguration configuration = LogProtoUtils.toRaftConfiguration(LogEntryProto.newBuilder()
                .setTerm(1)
                .setIndex(3)
                .setConfigurationEntry(RaftConfigurationProto.newBuilder()
                        .addPeers(RatisPeers.peer(member).getRaftPeerProto()))
                .build());

        assertThat(RatisPeers.membership(configuration)).isEqualTo(new Membership(List.of(member), false, 3));
    }

    @Test
    void joiner_isBroughtUpToDate_thenVotes_andLeads() throws Exception {
        start(SNAPSHOTS);
        for (int i = 0; i < 50; i++) {
            quorum.put("k" + i);
        }
        Member joiner = quorum.startJoiner();
        RatisReplica joined = quorum.get(joiner.id());
        assertThat(joined.membership().members()).isEmpty();

        quorum.change(from -> from.with(joiner));

        assertThat(quorum.fetches).containsExactly(joiner.id());
        assertThat(quorum.read(joined, "k49")).isEqualTo(1);
        assertThat(quorum.leader().membership().voters()).hasSize(4).contains(joiner);
        quorum.put("b");
        quorum.requireSameState();
        quorum.handOver(joined);
        quorum.put("c");
        assertThat(joined.isLeader()).isTrue();
        quorum.requireSameState();
    }

    @Test
    void removedMember_isToldAndStops_andTheOthersGoOn() throws Exception {
        start(SNAPSHOTS);
        NodeId leaving = quorum.follower().self();

        quorum.change(from -> from.without(leaving));

        assertThat(quorum.leader().membership().contains(leaving)).isFalse();
        TestQuorum.await("the removed member to hear of it", () -> quorum.removed.contains(leaving));
        quorum.stop(leaving);
        quorum.put("b");
        quorum.requireSameState();
    }

    @Test
    void restartedJoiner_knowsTheMembersFromItsLog() throws Exception {
        start(SNAPSHOTS);
        Member joiner = quorum.startJoiner();
        quorum.change(from -> from.with(joiner));
        quorum.stop(joiner.id());
        quorum.put("b");

        RatisReplica again = quorum.start(quorum.config(joiner.id()).withJoining(true));

        assertThat(again.membership().voters()).hasSize(4);
        assertThat(quorum.read(again, "b")).isEqualTo(1);
        quorum.requireSameState();
    }

    @Test
    void nodeThatDoesNotAnswer_isNotAdded_andTheQuorumGoesOn() throws Exception {
        start(SNAPSHOTS);
        Member absent = Member.voter(TestQuorum.node(9), "127.0.0.1", 1);

        assertThatThrownBy(() -> quorum.change(from -> from.with(absent))).hasMessageContaining("did not answer");

        assertThat(quorum.leader().membership().contains(absent.id())).isFalse();
        quorum.put("b");
    }

    @Test
    void changeFromAnotherMembership_isRefused() throws Exception {
        start(SNAPSHOTS);
        RatisReplica leader = quorum.leader();
        Membership now = leader.membership();
        Membership stale = new Membership(now.without(leader.self()), false, 0);

        CompletableFuture<Void> refused = leader.changeMembers(stale, stale.members());

        assertThatThrownBy(() -> refused.get(TestQuorum.DEADLINE_MS, TimeUnit.MILLISECONDS))
                .hasMessageContaining("different");
        assertThat(leader.membership()).isEqualTo(now);
    }

    @Test
    void memberThatReturnsUnderLoad_catchesUpThoughNothingOfTheLogIsKept() throws Exception {
        start(new SnapshotPolicy(20, Duration.ofMinutes(10), 0, 8192));
        NodeId away = quorum.follower().self();
        quorum.stop(away);
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong written = new AtomicLong();
        List<Thread> writers = List.of(writer(running, written), writer(running, written));
        TestQuorum.await("log to be dropped", () -> written.get() > 300);

        RatisReplica back = quorum.start(away);
        long atReturn = quorum.leader().applied().index();
        TestQuorum.await("the member to follow under load", () -> back.applied().index() > atReturn + 500);
        running.set(false);
        for (Thread writer : writers) {
            writer.join();
        }

        // None if the leader had not dropped yet what the member missed; never one after the other without end.
        assertThat(quorum.fetches.size()).as("checkpoints fetched").isLessThanOrEqualTo(3);
        quorum.requireSameState();
        // Nobody is behind now: the log may go again.
        RatisReplica leader = quorum.leader();
        quorum.put("last");
        TestQuorum.await("the snapshot to follow", () -> {
            leader.createSnapshot().join();
            return leader.status().snapshotIndex() >= leader.applied().index() - 20;
        });
    }

    private Thread writer(AtomicBoolean running, AtomicLong written) {
        return Thread.ofVirtual().start(() -> {
            while (running.get()) {
                try {
                    quorum.put("k" + written.get() % 100);
                    written.incrementAndGet();
                } catch (Exception e) {
                    // In doubt, because another leads by now: the next goes to that one.
                }
            }
        });
    }
}
