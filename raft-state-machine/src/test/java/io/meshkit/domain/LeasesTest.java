package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.LEASE_EXPIRED;
import static io.meshkit.api.ErrorCode.LIMIT_EXCEEDED;
import static io.meshkit.api.ErrorCode.STALE_FENCING_TOKEN;
import static io.meshkit.v1.LeaseStep.Kind.CHECKPOINT;
import static io.meshkit.v1.LeaseStep.Kind.EXPIRE;
import static io.meshkit.v1.LeaseStep.Kind.RENEW;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.SettleLeasesResponse;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeasesTest {
    static Stream<Refusal> refusals() {
        Message leased = Make.leased("p", 3000);
        LeaseStep[] many = IntStream.rangeClosed(1, 129)
                .mapToObj(id -> Make.step(RENEW, id, 1))
                .toArray(LeaseStep[]::new);
        return Stream.of(
                Refusal.of("ttl too short", Make.leased("p", 999), INVALID_REQUEST, "1000–86400000 ms"),
                Refusal.of("ttl too long", Make.leased("p", 86_400_001), INVALID_REQUEST, "86400001 ms"),
                Refusal.of("leave: another lease", Make.leave("p", 7), LEASE_EXPIRED, "has lease 1", leased),
                Refusal.of("leave: no lease", Make.leave("p", 7), LEASE_EXPIRED, "has none", Make.register("p")),
                Refusal.of("leave: negative", Make.leave("p", -1), INVALID_REQUEST, "leaseId", leased),
                Refusal.of(
                        "settle: another term",
                        Make.settle(2, Make.step(EXPIRE, 1, 1)),
                        STALE_FENCING_TOKEN,
                        "term",
                        leased),
                Refusal.of("settle: nothing", Make.settle(1), INVALID_REQUEST, "no steps"),
                Refusal.of("settle: too much", Make.settle(1, many), LIMIT_EXCEEDED, "at most 128"),
                Refusal.of(
                        "settle: twice",
                        Make.settle(1, Make.step(RENEW, 1, 1), Make.step(EXPIRE, 1, 1)),
                        INVALID_REQUEST,
                        "two steps"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refused_withItsCode(Refusal refusal) {
        refusal.verify();
    }

    private static Peer peer(Registry registry) {
        return registry.query(GetPeerRequest.newBuilder().setId("p").build(), GetPeerResponse.class)
                .getPeer();
    }

    private static boolean settle(Registry registry, LeaseStep step) {
        return ((SettleLeasesResponse) registry.mutate(Make.settle(1, step)).response()).getApplied(0);
    }

    @Test
    void expire_aliveThenSuspectThenLeft_eachWithItsJournalRow() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.leased("p", 3000));
            assertThat(settle(registry, Make.step(EXPIRE, 1, 1))).isTrue();
            assertThat(peer(registry).getStatus()).isEqualTo(PeerStatus.PEER_STATUS_SUSPECT);
            assertThat(peer(registry).getLease().getId()).isEqualTo(1);
            assertThat(settle(registry, Make.step(EXPIRE, 1, 2))).isTrue();
            assertThat(peer(registry).getStatus()).isEqualTo(PeerStatus.PEER_STATUS_LEFT);
            assertThat(peer(registry).hasLease()).isFalse();
            assertThat(LeaseRows.get(registry.store, 1)).isNull();
            assertThat(registry.journal)
                    .extracting(entry -> entry.getVerb())
                    .containsExactly("RegisterPeer", "SettleLeases", "SettleLeases");
        }
    }

    @Test
    void expire_decidedBeforeARenewal_isVoid() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.leased("p", 3000));
            assertThat(settle(registry, Make.step(RENEW, 1, 0))).isTrue();
            assertThat(settle(registry, Make.step(EXPIRE, 1, 1))).isFalse();
            assertThat(peer(registry).getStatus()).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
        }
    }

    @Test
    void renew_ofASuspect_isAliveAgain() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.leased("p", 3000));
            settle(registry, Make.step(EXPIRE, 1, 1));
            settle(registry, Make.step(RENEW, 1, 2));
            assertThat(peer(registry).getStatus()).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
            assertThat(settle(registry, Make.step(EXPIRE, 1, 2))).isFalse();
        }
    }

    @Test
    void checkpoint_isKeptWithoutARevision_untilARenewal() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.leased("p", 3000));
            Registry.Answer answer = registry.mutate(Make.settle(1, Make.step(CHECKPOINT, 1, 1)));
            assertThat(answer.result().getChanged()).isFalse();
            assertThat(StateMeta.revision(registry.store)).isEqualTo(1);
            assertThat(LeaseRows.get(registry.store, 1))
                    .extracting(LeaseRow::getRemainingMs)
                    .isEqualTo(1500L);
            settle(registry, Make.step(RENEW, 1, 0));
            assertThat(LeaseRows.get(registry.store, 1))
                    .extracting(LeaseRow::getRemainingMs)
                    .isEqualTo(0L);
        }
    }

    @Test
    void registerAgain_takesANewLease_andEndsTheOldOne() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.leased("p", 3000));
            registry.mutate(Make.leased("p", 5000));
            assertThat(peer(registry).getLease().getId()).isEqualTo(2);
            assertThat(LeaseRows.get(registry.store, 1)).isNull();
            assertThat(settle(registry, Make.step(RENEW, 1, 1))).isFalse();
        }
    }

    @Test
    void registerAgain_afterLeaving_isAlive() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.leased("p", 3000));
            registry.mutate(Make.leave("p", 1));
            assertThat(peer(registry).getStatus()).isEqualTo(PeerStatus.PEER_STATUS_LEFT);
            registry.mutate(Make.register("p"));
            assertThat(peer(registry).getStatus()).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
            assertThat(peer(registry).hasLease()).isFalse();
        }
    }

    @Test
    void deregister_endsTheLease() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.leased("p", 3000));
            registry.mutate(Make.deregister("p"));
            assertThat(LeaseRows.get(registry.store, 1)).isNull();
        }
    }

    @Test
    void leases_areLimited() {
        DomainLimits d = DomainLimits.DEFAULTS;
        try (Registry registry =
                new Registry(new DomainLimits(d.dedupeRetentionMs(), 4, 9, 9, 9, 9, 1, 2, 9, 1 << 20))) {
            registry.mutate(Make.leased("p", 3000));
            registry.mutate(Make.campaign("x", "a", false));
            assertThat(registry.mutate(Make.leased("q", 3000)).code()).isEqualTo(LIMIT_EXCEEDED);
            assertThat(registry.mutate(Make.campaign("x", "b", true)).code()).isEqualTo(LIMIT_EXCEEDED);
            registry.mutate(Make.leave("p", 0));
            assertThat(registry.mutate(Make.leased("q", 3000)).isRejected()).isFalse();
            registry.mutate(Make.deregister("q"));
            assertThat(registry.mutate(Make.campaign("y", "b", true)).error().getMessage())
                    .contains("1 leaderships already");
            assertThat(List.copyOf(registry.journal)).isNotEmpty();
        }
    }
}
