package io.meshkit.raft;

import static io.meshkit.raft.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member whose certificate holds no longer, on connections that have been open before: real Ratis and TLS. */
class PeerStandingTest {
    private static final SnapshotPolicy SNAPSHOTS = new SnapshotPolicy(100_000, Duration.ofMinutes(10), 0, 8192);

    @TempDir
    Path root;

    private TestQuorum quorum;

    @BeforeEach
    void start() throws Exception {
        quorum = new TestQuorum(root, 3, SNAPSHOTS);
        for (int member = 1; member <= 3; member++) {
            quorum.standings.put(TestQuorum.node(member), new TestStanding());
        }
        quorum.startAll();
        quorum.put("a");
        quorum.requireSameState();
    }

    @AfterEach
    void stop() {
        quorum.close();
        assertThat(quorum.fatals).isEmpty();
    }

    private List<RatisReplica> others(RatisReplica than) {
        return quorum.all().stream().filter(replica -> replica != than).toList();
    }

    @Test
    void messages_whoseSenderHolds_costNoQuestion() throws Exception {
        TestStanding standing = quorum.standings.get(quorum.follower().self());
        long before = standing.asked.get();

        for (int i = 0; i < 20; i++) {
            quorum.put("k" + i);
        }
        quorum.requireSameState();

        // A connection may have been made anew meanwhile.
        assertThat(standing.asked.get() - before).isLessThan(10);
    }

    @Test
    void leader_isRefusedOnItsOpenStreams_andTheOthersGoOn() throws Exception {
        RatisReplica former = quorum.leader();
        List<RatisReplica> others = others(former);

        others.forEach(other -> quorum.standings.get(other.self()).out(former.self()));
        others.forEach(other -> other.disconnect(former.self()));

        TestQuorum.await(
                "one of the others to lead, and the former leader to see that it does not",
                () -> others.stream().anyMatch(other -> other.status().leaderReady())
                        && !former.status().leaderReady());
        quorum.put("b");
        assertThat(TestQuorum.dump(quorum.leader())).containsKey("b");
        assertThat(TestQuorum.dump(former)).containsKey("a").doesNotContainKey("b");

        others.forEach(other -> quorum.standings.get(other.self()).in(former.self()));
        quorum.put("c");
        quorum.requireSameState();
    }

    @Test
    void follower_getsNothingAndCountsForNothing_onceItsConnectionsAreCut() throws Exception {
        RatisReplica out = quorum.follower();
        others(out).forEach(other -> quorum.standings.get(other.self()).out(out.self()));
        others(out).forEach(other -> other.disconnect(out.self()));

        quorum.put("b");

        RatisReplica leader = quorum.leader();
        assertThat(TestQuorum.dump(leader)).containsKey("b");
        assertThat(TestQuorum.dump(out)).containsKey("a").doesNotContainKey("b");
        others(out).stream()
                .map(RatisReplica::self)
                .filter(node -> !node.equals(leader.self()))
                .forEach(quorum::stop);
        assertThat(failureOf(leader.propose(TestState.set("d"), 1_000)))
                .as("the leader and whoever is out are no majority")
                .isNotNull();
        assertThat(TestQuorum.dump(out)).doesNotContainKey("d");
        assertThat(TestQuorum.dump(leader)).doesNotContainKey("d");
    }
}
