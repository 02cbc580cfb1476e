package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.Counter;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Commands;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.StateMeta;
import io.meshkit.options.Scope;
import io.meshkit.server.access.Principal;
import io.meshkit.server.access.TestAccess;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.v1.ErrorDetail.Applied;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.RegisterPeerRequest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MutationsTest {
    private static final Principal TESTER = TestAccess.principal("tester", Scope.SCOPE_OPERATE);

    private final FakeReplica replica = new FakeReplica();
    private final FakeLeader leader = new FakeLeader();
    private final DiskGate disk = new DiskGate("node-1", 1_000, new Counter());
    private final LeaderRetry retry = new LeaderRetry(replica, new LeaderEvents(replica), 500);
    private final AtomicInteger idsMade = new AtomicInteger();
    private final Mutations mutations = new Mutations(
            replica,
            new LeaderProposals(replica, leader, retry, disk),
            new Barrier(replica, leader, retry),
            () -> "made-" + idsMade.incrementAndGet(),
            2_000,
            new RegistryStateMachine(),
            new Minting(new SecureRandom(), Map.of()),
            TestAccess.denials());
    private final Verb verb = Contract.verbs().stream()
            .filter(candidate -> candidate.name().equals("RegisterPeer"))
            .findFirst()
            .orElseThrow();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    private PeerMutationResponse register(RegisterPeerRequest request) {
        return (PeerMutationResponse) mutations.handle(verb, request, TESTER, Deadline.inMs(5_000));
    }

    private Future<PeerMutationResponse> registerAsync(String id) {
        return callers.submit(() -> register(Peers.registration(id)));
    }

    private RegistryException failure(RegisterPeerRequest request) {
        return catchThrowableOfType(RegistryException.class, () -> register(request));
    }

    @Test
    void handle_onTheLeader_proposesHere() {
        PeerMutationResponse response = register(Peers.registration("p1"));

        assertThat(response.getPeer().getId()).isEqualTo("p1");
        assertThat(response.getResult().getRevision()).isEqualTo(1);
        assertThat(response.getPeer().getMeta().getUpdatedBy()).isEqualTo("tester");
        assertThat(leader.forwarded).isEmpty();
    }

    @Test
    void handle_withoutARequestId_givesItOne() {
        PeerMutationResponse response = register(Peers.registration("p1"));

        assertThat(response.getResult().getRequestId()).isEqualTo("made-1");
    }

    @Test
    void handle_onALeaderWhoseDiskIsLow_isRefused_andNothingIsProposed() {
        disk.own(10);
        assertThat(failure(Peers.registration("p1")).code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(replica.index()).isZero();

        disk.own(2_000);
        assertThat(register(Peers.registration("p1")).getPeer().getId()).isEqualTo("p1");
    }

    @Test
    void handle_onAFollowerWhoseDiskIsLow_asksTheLeader() throws Exception {
        disk.own(10);
        replica.elect(Optional.of(FakeReplica.OTHER));
        Future<PeerMutationResponse> response = registerAsync("p1");
        FakeLeader.Forwarded call = leader.forwarded(0);
        call.answer().complete(replica.apply(call.command()));

        assertThat(response.get(10, TimeUnit.SECONDS).getPeer().getId()).isEqualTo("p1");
        assertThat(call.command()).isEqualTo(Commands.hashed(call.command()));
    }

    @Test
    void handle_onAFollower_forwardsOnceInTheLeadersTerm() throws Exception {
        replica.elect(Optional.of(FakeReplica.OTHER));
        Future<PeerMutationResponse> response = registerAsync("p1");
        FakeLeader.Forwarded call = leader.forwarded(0);
        call.answer().complete(replica.apply(call.command()));

        assertThat(response.get(10, TimeUnit.SECONDS).getResult().getRevision()).isEqualTo(1);
        assertThat(call.leader()).isEqualTo(FakeReplica.OTHER);
        assertThat(call.term()).isEqualTo(2);
        assertThat(leader.forwarded).hasSize(1);
    }

    @Test
    void handle_leaderLostWhileItAnswers_triesAgainUnderTheSameRequestId() throws Exception {
        replica.elect(Optional.of(FakeReplica.OTHER));
        Future<PeerMutationResponse> response = registerAsync("p1");
        FakeLeader.Forwarded lost = leader.forwarded(0);
        // The old leader's entry is committed, but its answer never comes.
        replica.apply(lost.command());
        replica.elect(Optional.of(FakeReplica.SELF));

        PeerMutationResponse answered = response.get(10, TimeUnit.SECONDS);

        assertThat(answered.getResult().getReplayed()).isTrue();
        assertThat(answered.getResult().getRevision()).isEqualTo(1);
        assertThat(StateMeta.revision(replica.snapshot())).isEqualTo(1);
    }

    @Test
    void handle_leadershipLostThenRegained_appliesOnce() {
        replica.proposalFailures.addAll(
                List.of(FakeReplica.failure(ErrorCode.NO_LEADER), FakeReplica.failure(ErrorCode.LEADERSHIP_LOST)));

        assertThat(register(Peers.registration("p1")).getResult().getRevision()).isEqualTo(1);
    }

    @Test
    void handle_noLeaderEver_wasNotApplied() {
        replica.elect(Optional.empty());

        RegistryException failure = failure(Peers.registration("p1"));

        assertThat(failure.code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(failure.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(failure.detail().hasRetryDelay()).isTrue();
    }

    @Test
    void handle_appendedOnceThenNoLeader_mayHaveBeenApplied() throws Exception {
        replica.elect(Optional.of(FakeReplica.OTHER));
        Future<RegistryException> failure = callers.submit(() -> failure(Peers.registration("p1")));
        leader.forwarded(0).answer().completeExceptionally(FakeReplica.failure(ErrorCode.LEADERSHIP_LOST));
        replica.elect(Optional.empty());

        assertThat(failure.get(10, TimeUnit.SECONDS).detail().getApplied()).isEqualTo(Applied.APPLIED_UNKNOWN);
    }

    @Test
    void handle_appendedOnceThenRefused_mayHaveBeenApplied() throws Exception {
        replica.proposalFailures.addAll(
                List.of(FakeReplica.failure(ErrorCode.LEADERSHIP_LOST), FakeReplica.failure(ErrorCode.OVERLOADED)));

        assertThat(failure(Peers.registration("p1")).detail().getApplied()).isEqualTo(Applied.APPLIED_UNKNOWN);
    }

    @Test
    void handle_rejection_isThrownWithItsDetail() {
        register(Peers.registration("p1"));
        RegistryException failure = failure(Peers.registration("p1").toBuilder()
                .setOptions(MutationOptions.newBuilder().setIfMatch("\"99\""))
                .build());

        assertThat(failure.code()).isEqualTo(ErrorCode.REVISION_MISMATCH);
        assertThat(failure.detail().getCurrentRevision()).isEqualTo(1);
    }

    @Test
    void handle_tooLarge_isRefusedBeforeTheLog() {
        RegistryException failure = failure(Peers.registration("p1").toBuilder()
                .setOptions(MutationOptions.newBuilder().setReason("x".repeat(2_001)))
                .build());

        assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(replica.index()).isZero();
    }

    @Test
    void handle_invalid_isRefusedBeforeTheLog() {
        RegistryException failure = failure(Peers.registration("not a peer id"));

        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(replica.index()).isZero();
    }

    @Test
    void handle_dryRun_answersBehindABarrierAndWritesNothing() {
        PeerMutationResponse response = register(Peers.registration("p1").toBuilder()
                .setOptions(MutationOptions.newBuilder().setDryRun(true))
                .build());

        assertThat(response.getResult().getDryRun()).isTrue();
        assertThat(response.getPeer().getId()).isEqualTo("p1");
        assertThat(replica.readIndexCalls).hasValue(1);
        assertThat(replica.index()).isZero();
    }
}
