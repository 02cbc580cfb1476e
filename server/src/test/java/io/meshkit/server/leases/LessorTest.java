package io.meshkit.server.leases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.GetLeadershipRequest;
import io.meshkit.v1.GetLeadershipResponse;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.RegisterPeerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LessorTest {
    private static final LeaseSettings SETTINGS = new LeaseSettings(4_000, 2_000, 30, 10, 30_000);

    private final SimulatedLog log = new SimulatedLog();
    private SimulatedLog.Node leader = log.new Node(SETTINGS);

    @AfterEach
    void close() {
        log.close();
    }

    private long register(String id, long ttlMs) {
        PeerMutationResponse response = log.mutate(RegisterPeerRequest.newBuilder()
                .setPeer(Peer.newBuilder().setId(id))
                .setLeaseTtl(Durations.fromMillis(ttlMs))
                .build());
        return response.getPeer().getLease().getId();
    }

    private CampaignResponse campaign(String candidate, long ttlMs) {
        return log.mutate(CampaignRequest.newBuilder()
                .setScope("x")
                .setCandidateId(candidate)
                .setTtl(Durations.fromMillis(ttlMs))
                .setQueue(true)
                .build());
    }

    private Leadership scope() {
        return log.read(GetLeadershipRequest.newBuilder().setScope("x").build(), GetLeadershipResponse.class)
                .getLeadership();
    }

    private PeerStatus status(String id) {
        return log.read(GetPeerRequest.newBuilder().setId(id).build(), GetPeerResponse.class)
                .getPeer()
                .getStatus();
    }

    /** Lets time pass, with the leader's ticks. */
    private void pass(long ms) {
        for (long left = ms; left > 0; left -= Lessor.TICK_MS) {
            log.nanos += TimeUnit.MILLISECONDS.toNanos(Math.min(left, Lessor.TICK_MS));
            leader.lessor.tick();
        }
    }

    private LeaseStatus keepAlive(long id) {
        return leader.lessor.keepAlive(List.of(id), Deadline.inMs(10_000)).getFirst();
    }

    /** Another node leads from now on; this one does not hear of it unless it is told. */
    private SimulatedLog.Node failOver() {
        SimulatedLog.Node old = leader;
        log.term++;
        leader = log.new Node(SETTINGS);
        leader.lessor.tick();
        return old;
    }

    @Test
    void keptAlive_livesForEver_withoutALogEntry() {
        long lease = register("p", 3_000);
        pass(100);
        for (int i = 0; i < 100; i++) {
            assertThat(keepAlive(lease).getState()).isEqualTo(LeaseState.LEASE_STATE_ALIVE);
            pass(1_000);
        }
        assertThat(log.settled).isEmpty();
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
    }

    @Test
    void notKeptAlive_isSuspectAfterItsTtl_andHasLeftAfterTheGrace() {
        register("p", 3_000);
        pass(2_900);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
        pass(500);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_SUSPECT);
        pass(3_400);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_SUSPECT);
        pass(1_000);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_LEFT);
        assertThat(leader.lessor.counts().alive()).isZero();
    }

    @Test
    void suspectKeptAlive_isAliveAgain_forAWholeTtl() {
        long lease = register("p", 3_000);
        pass(4_000);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_SUSPECT);
        LeaseStatus renewed = keepAlive(lease);
        assertThat(renewed.getState()).isEqualTo(LeaseState.LEASE_STATE_ALIVE);
        assertThat(Durations.toMillis(renewed.getRemaining())).isGreaterThanOrEqualTo(3_000);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
        pass(2_800);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
    }

    @Test
    void endedLease_saysSo() {
        long lease = register("p", 3_000);
        pass(9_000);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_LEFT);
        assertThat(keepAlive(lease).getState()).isEqualTo(LeaseState.LEASE_STATE_ENDED);
    }

    @Test
    void stoppedProcess_blamesNobody() {
        register("p", 3_000);
        pass(1_000);
        log.nanos += TimeUnit.SECONDS.toNanos(60);
        pass(1_500);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
        pass(1_500);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_SUSPECT);
    }

    @Test
    void withoutAMajority_timeStandsStill_andNothingIsAcknowledged() {
        long lease = register("p", 3_000);
        pass(1_000);
        log.majority = false;
        for (int i = 0; i < 50; i++) {
            // It tries all the time, and is told each time that it was in vain.
            assertThatThrownBy(() -> keepAlive(lease)).isInstanceOf(RegistryException.class);
            pass(200);
        }
        log.majority = true;
        assertThat(log.settled).isEmpty();
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
        keepAlive(lease);
        pass(2_900);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
    }

    @Test
    void deposedLeaderThatWakesUp_decidesNothing() {
        long lease = register("p", 3_000);
        pass(100);
        SimulatedLog.Node old = failOver();
        for (int i = 0; i < 20; i++) {
            keepAlive(lease);
            pass(1_000);
        }
        int before = log.settled.size();
        for (int i = 0; i < 100; i++) {
            log.nanos += TimeUnit.MILLISECONDS.toNanos(100);
            old.lessor.tick();
        }
        assertThatThrownBy(() -> old.lessor.keepAlive(List.of(lease), Deadline.inMs(1_000)))
                .isInstanceOf(RegistryException.class);
        assertThat(log.settled).hasSize(before);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
    }

    @Test
    void decisionOfAnEarlierTerm_isVoidInTheLog() {
        long lease = register("p", 3_000);
        pass(100);
        log.holdProposals = true;
        pass(3_500);
        assertThat(log.held).hasSize(1);
        SimulatedLog.Node old = failOver();
        keepAlive(lease);
        // The old leader leads again later: what waited in it is appended in the new term.
        log.term++;
        old.believedTerm = log.term;
        log.release();
        assertThat(log.settled).isNotEmpty();
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
    }

    @Test
    void newLeader_grantsTheWholeTtlOfALeaseThatWasNotWrittenDown() {
        long lease = register("p", 3_000);
        pass(100);
        keepAlive(lease);
        pass(1_900);
        failOver();
        pass(2_900);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
        pass(400);
        assertThat(status("p")).isEqualTo(PeerStatus.PEER_STATUS_SUSPECT);
    }

    @Test
    void failoversByTheDozen_doNotKeepASilentLeaseAlive() {
        register("p", 60_000);
        pass(100);
        long spentMs = 0;
        while (status("p") == PeerStatus.PEER_STATUS_ALIVE) {
            pass(5_000);
            spentMs += 5_000;
            if (spentMs >= 30_000) {
                failOver();
            }
            assertThat(spentMs).isLessThan(120_000);
        }
        assertThat(spentMs).isGreaterThanOrEqualTo(60_000);
    }

    @Test
    void renewalOfALeaseThatIsWrittenDown_isInTheLogBeforeItIsAcknowledged() {
        long lease = register("p", 10_000);
        pass(6_000);
        assertThat(LeaseRows.get(log.store, lease).getRemainingMs()).isPositive();
        keepAlive(lease);
        assertThat(LeaseRows.get(log.store, lease).getRemainingMs()).isZero();
        failOver();
        pass(9_800);
        assertThat(log.settled.getLast().getSteps(0).getKind()).isNotEqualTo(LeaseStep.Kind.EXPIRE);
    }

    @Test
    void unknownOutcome_isResolvedThroughTheLogBeforeTheNextAcknowledgement() {
        long lease = register("p", 10_000);
        pass(4_900);
        log.holdProposals = true;
        pass(500);
        assertThat(log.held).isNotEmpty();
        // The checkpoint's outcome is lost: it may or may not be in the log.
        leader.leads = false;
        log.release();
        leader.leads = true;
        keepAlive(lease);
        assertThat(log.settled.getLast().getSteps(0).getKind()).isEqualTo(LeaseStep.Kind.RENEW);
    }

    @Test
    void massExpiry_isHeld_untilTheyAreKeptAliveAgain() {
        List<Long> leases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            leases.add(register("p" + i, 3_000));
        }
        pass(60_000);
        LeaseCounts counts = leader.lessor.counts();
        assertThat(counts.guardEngaged()).isTrue();
        assertThat(counts.held()).isEqualTo(40);
        assertThat(counts.alive()).isEqualTo(40);
        assertThat(counts.guardExpiriesMax()).isEqualTo(12);

        leader.lessor.keepAlive(leases.subList(0, 30), Deadline.inMs(10_000));
        pass(1_000);
        assertThat(leader.lessor.counts().guardEngaged()).isFalse();
        assertThat(leader.lessor.counts().suspect()).isEqualTo(10);
        assertThat(status("p0")).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
        assertThat(status("p39")).isEqualTo(PeerStatus.PEER_STATUS_SUSPECT);
    }

    @Test
    void expiriesOneAfterTheOther_areHeldFromTheShareOn() {
        for (int i = 0; i < 40; i++) {
            register("p" + i, 3_000);
            pass(100);
        }
        pass(8_000);
        LeaseCounts counts = leader.lessor.counts();
        assertThat(counts.guardEngaged()).isTrue();
        assertThat(counts.suspect() + 40 - counts.suspect() - counts.alive()).isLessThanOrEqualTo(12);
        assertThat(counts.alive()).isGreaterThanOrEqualTo(28);
    }

    @Test
    void releasedGuard_letsThemGo() {
        for (int i = 0; i < 40; i++) {
            register("p" + i, 3_000);
        }
        pass(5_000);
        assertThat(leader.lessor.releaseGuard("the rack is gone")).isEqualTo(40);
        pass(200);
        assertThat(leader.lessor.counts().suspect()).isEqualTo(40);
        assertThat(log.settled.getLast().getOptions().getReason()).contains("the rack is gone");
        pass(5_000);
        assertThat(status("p0")).isEqualTo(PeerStatus.PEER_STATUS_LEFT);
    }

    @Test
    void leaderOfAScope_whoFallsSilent_isFollowedUnderAHigherToken() {
        CampaignResponse a = campaign("a", 3_000);
        CampaignResponse b = campaign("b", 3_000);
        pass(100);
        for (int i = 0; i < 3; i++) {
            assertThat(keepAlive(b.getLeaseId()).getFencingToken()).isZero();
            pass(1_000);
        }
        pass(500);
        assertThat(scope().getLeaderId()).isEqualTo("b");
        LeaseStatus elected = keepAlive(b.getLeaseId());
        assertThat(elected.getFencingToken()).isGreaterThan(a.getFencingToken());
        assertThat(elected.getFencingToken()).isEqualTo(scope().getFencingToken());
        assertThat(keepAlive(a.getLeaseId()).getState()).isEqualTo(LeaseState.LEASE_STATE_ENDED);
    }

    @Test
    void beforeTheLeasesAreRead_nothingIsAnswered() {
        long lease = register("p", 3_000);
        assertThatThrownBy(() -> keepAlive(lease)).isInstanceOf(RegistryException.class);
        pass(100);
        assertThat(keepAlive(lease).getState()).isEqualTo(LeaseState.LEASE_STATE_ALIVE);
    }
}
