package io.meshkit.server.upkeep;

import static io.meshkit.server.upkeep.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.domain.Commands;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.SeedAccessRequest;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is to go, and that the leader sees to it. Log time is one millisecond per entry. */
class RetentionTest {
    private static final String CLUSTER = "c";
    private static final int REVISIONS = 1_300;

    private final FakeReplica replica = new FakeReplica();

    @BeforeEach
    void fill() {
        for (int i = 0; i < REVISIONS; i++) {
            register("peer-" + i);
        }
    }

    @AfterEach
    void close() {
        replica.close();
    }

    private void register(String id) {
        replica.apply(Commands.withRequestId(
                Commands.wrap(
                        RegisterPeerRequest.newBuilder()
                                .setPeer(Peer.newBuilder().setId(id).setRole("worker"))
                                .build(),
                        "tester"),
                id));
    }

    private OptionalLong keepFrom(Retention retention) {
        try (StoreSnapshot view = replica.snapshot()) {
            return retention.keepFrom(view);
        }
    }

    private long oldest() {
        try (StoreSnapshot view = replica.snapshot()) {
            return StateMeta.oldestKept(view);
        }
    }

    private long bytes() {
        try (StoreSnapshot view = replica.snapshot()) {
            return StateMeta.journalBytes(view);
        }
    }

    private boolean hasKey() {
        try (StoreSnapshot view = replica.snapshot()) {
            return Tokens.hasKey(view, CLUSTER);
        }
    }

    @Test
    void noBounds_everythingStays() {
        assertThat(keepFrom(new Retention(0, 0, 0))).isEmpty();
        assertThat(keepFrom(new Retention(REVISIONS, Long.MAX_VALUE, Long.MAX_VALUE / 2)))
                .isEmpty();
    }

    @Test
    void byCount_theNewestStay() {
        assertThat(keepFrom(new Retention(100, 0, 0))).hasValue(REVISIONS - 99);
        assertThat(keepFrom(new Retention(1, 0, 0))).hasValue(REVISIONS);
    }

    @Test
    void bySize_asMuchGoesAsIsTooMuch() {
        long keep = keepFrom(new Retention(0, bytes() - 1, 0)).orElseThrow();
        assertThat(keep).isEqualTo(2);
        assertThat(keepFrom(new Retention(0, 1, 0)).orElseThrow()).isGreaterThan(2);
    }

    @Test
    void byAge_theOldGo() {
        assertThat(keepFrom(new Retention(0, 0, REVISIONS - 11))).hasValue(11);
        assertThat(keepFrom(new Retention(0, 0, REVISIONS))).isEmpty();
    }

    @Test
    void leader_installsTheKey_andCompactsInSteps() throws Exception {
        replica.elect(Optional.empty());
        try (LeaderUpkeep upkeep = LeaderUpkeep.start(
                replica, CLUSTER, new Retention(50, 0, 0), SeedAccessRequest.getDefaultInstance(), 10, () -> 0)) {
            assertThat(upkeep).isNotNull();
            assertThat(hasKey()).isFalse();
            replica.elect(Optional.of(FakeReplica.SELF));
            await(this::hasKey);
            await(() -> oldest() == REVISIONS - 49);
        }
        long before = bytes();
        assertThat(before).isPositive();
        try (StoreSnapshot view = replica.snapshot()) {
            assertThat(StateMeta.revision(view)).isEqualTo(REVISIONS);
        }
    }
}
