package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final FakeReplica replica = new FakeReplica();
    private final FakeLeader leader = new FakeLeader();
    private final Barrier barrier =
            new Barrier(replica, leader, new LeaderRetry(replica, new LeaderEvents(replica), 300));
    private final Readiness readiness = new Readiness(barrier, () -> true);

    @Test
    void isReady_onTheLeader() {
        assertThat(readiness.isReady()).isTrue();
        readiness.drain();
        assertThat(readiness.isReady()).isFalse();
    }

    /** Else whoever asks would learn nothing of a node just when something is wrong with it. */
    @Test
    void isReady_whenTheLeaderDoesNotAnswer_saysSoBeforeTheAskerGivesUp() {
        replica.elect(Optional.of(FakeReplica.OTHER));
        // What is loaded for the first time takes its time, too.
        readiness.isReady(Deadline.inMs(10));
        Deadline asker = Deadline.inMs(1_000);
        assertThat(readiness.isReady(asker)).isFalse();
        assertThat(asker.passed()).isFalse();
    }
}
