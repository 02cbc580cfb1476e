package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With election timeouts far longer than it takes to see that a leader is gone. */
class EarlyElectionTest {
    private static final RaftTimeouts LONG_TIMEOUTS = new RaftTimeouts(
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));

    @TempDir
    Path directory;

    private TestQuorum quorum;

    @BeforeEach
    void start() throws Exception {
        quorum = new TestQuorum(directory, 3, SnapshotPolicy.defaults());
        quorum.timeouts = LONG_TIMEOUTS;
        quorum.startAll();
    }

    @AfterEach
    void stop() {
        quorum.close();
        assertThat(quorum.fatals).isEmpty();
    }

    private static long elections(RatisReplica replica) {
        return replica.metrics().get("replica.early_elections").longValue();
    }

    private long elections() {
        return quorum.all().stream().mapToLong(EarlyElectionTest::elections).sum();
    }

    @Test
    void leaderThatIsGone_isFollowedWithoutTheTimeout() throws Exception {
        quorum.put("before");
        RatisReplica old = quorum.leader();
        long term = old.currentTerm();

        quorum.stop(old.self());
        quorum.put("after");

        RatisReplica next = quorum.leader();
        assertThat(next.currentTerm()).isGreaterThan(term);
        assertThat(elections()).isEqualTo(1);
        assertThat(quorum.read(next, "before")).isEqualTo(1);

        quorum.start(old.self());
        quorum.put("again");
        quorum.requireSameState();
    }

    /** As a firewall would do that rejects what goes from one member to the leader. */
    @Test
    void leaderThatRefusesOneMemberOnly_keepsItsTerm() throws Exception {
        quorum.put("before");
        RatisReplica leader = quorum.leader();
        RatisReplica cut = quorum.follower();
        long term = leader.currentTerm();
        quorum.probes.put(cut.self(), member -> true);

        for (int broken = 1; broken <= 3; broken++) {
            int asked = quorum.asked.getOrDefault(cut.self(), 0);
            TestQuorum.await("the broken stream to be asked about", () -> {
                // The appender makes a new stream at once: only now and then is the look in between.
                leader.disconnect(cut.self());
                return quorum.asked.getOrDefault(cut.self(), 0) > asked;
            });
        }
        quorum.put("after");

        assertThat(leader.status().leaderReady()).isTrue();
        assertThat(leader.currentTerm()).isEqualTo(term);
        assertThat(elections()).isZero();
    }

    @Test
    void leaderThatIsGone_toOneMemberOnly_isLeftToTheTimeout() throws Exception {
        quorum.put("before");
        RatisReplica leader = quorum.leader();
        RatisReplica follower = quorum.follower();
        long term = leader.currentTerm();
        RatisReplica other = quorum.all().stream()
                .filter(replica -> replica != leader && replica != follower)
                .findFirst()
                .orElseThrow();
        quorum.probes.put(other.self(), member -> false);

        quorum.stop(leader.self());
        TestQuorum.await(
                "the follower to have asked several times", () -> quorum.asked.getOrDefault(follower.self(), 0) > 3);

        assertThat(elections()).isZero();
        assertThat(follower.currentTerm()).isEqualTo(term);
        assertThat(other.currentTerm()).isEqualTo(term);
    }
}
