package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.Durations;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.server.access.Principal;
import io.meshkit.server.access.TestAccess;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Command;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.omnirelay.transport.WireForm;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private static final VerbRule RULE = new VerbRule("GetPeer", Scope.SCOPE_READ, VerbKind.VERB_KIND_READ, false);
    private static final Principal TESTER = TestAccess.principal("tester", Scope.SCOPE_READ);

    private final FakeReplica replica = new FakeReplica();
    private final FakeLeader leader = new FakeLeader();
    private final LeaderRetry retry = new LeaderRetry(replica, new LeaderEvents(replica), 100);
    private final Barrier barrier = new Barrier(replica, leader, retry);
    private final Reads reads = new Reads(replica, barrier, TestAccess.rights(replica));
    private final ReadInfoFields fields =
            ReadInfoFields.of(GetPeerRequest.getDescriptor(), GetPeerResponse.getDescriptor());
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void registerAPeer() {
        replica.apply(Peers.register("p1"));
    }

    @AfterEach
    void stop() {
        readers.shutdownNow();
    }

    private GetPeerResponse get(ReadOptions.Builder options, long deadlineMs) {
        return get(GetPeerRequest.newBuilder().setId("p1").setRead(options).build(), TESTER, deadlineMs);
    }

    private GetPeerResponse get(GetPeerRequest request, Principal principal, long deadlineMs) {
        return WireForm.whole(
                (GetPeerResponse) reads.handle(RULE, fields, request, principal, Deadline.inMs(deadlineMs)));
    }

    private ErrorCode failure(ReadOptions.Builder options) {
        return catchThrowableOfType(RegistryException.class, () -> get(options, 1_500))
                .code();
    }

    private static ReadOptions.Builder level(ReadLevel level) {
        return ReadOptions.newBuilder().setLevel(level);
    }

    private static ReadOptions.Builder bounded(long ms) {
        return level(ReadLevel.READ_LEVEL_BOUNDED).setMaxStaleness(Durations.fromMillis(ms));
    }

    @Test
    void unspecified_isLinearizableAndFresh() {
        GetPeerResponse response = get(ReadOptions.newBuilder(), 1_000);

        assertThat(replica.readIndexCalls).hasValue(1);
        assertThat(response.getReadInfo().getLevel()).isEqualTo(ReadLevel.READ_LEVEL_LINEARIZABLE);
        assertThat(response.getReadInfo().getNode()).isEqualTo("node-1");
        assertThat(response.getReadInfo().getRole()).isEqualTo("leader");
        assertThat(response.getReadInfo().getRevision()).isEqualTo(1);
        assertThat(response.getReadInfo().hasStaleness()).isTrue();
        assertThat(Durations.toNanos(response.getReadInfo().getStaleness())).isZero();
        assertThat(response.getEtag()).isEqualTo("\"1\"");
    }

    @Test
    void linearizable_withoutAQuorum_isNotAnswered() {
        replica.scriptReadIndex(CompletableFuture.failedFuture(FakeReplica.failure(ErrorCode.NO_QUORUM)));

        assertThat(failure(level(ReadLevel.READ_LEVEL_LINEARIZABLE))).isEqualTo(ErrorCode.NO_QUORUM);
    }

    @Test
    void local_withoutAnyLeader_isAnsweredAndDoesNotKnowItsAge() {
        replica.elect(Optional.empty());

        GetPeerResponse response = get(level(ReadLevel.READ_LEVEL_LOCAL), 1_000);

        assertThat(response.getPeer().getId()).isEqualTo("p1");
        assertThat(response.getReadInfo().getRole()).isEqualTo("follower");
        assertThat(response.getReadInfo().hasStaleness()).isFalse();
        assertThat(replica.readIndexCalls).hasValue(0);
    }

    @Test
    void atLeast_futureRevision_waitsForIt() throws Exception {
        Future<GetPeerResponse> read =
                readers.submit(() -> get(level(ReadLevel.READ_LEVEL_AT_LEAST).setMinRevision(2), 10_000));
        replica.apply(Peers.register("p2"));

        assertThat(read.get(10, TimeUnit.SECONDS).getReadInfo().getRevision()).isEqualTo(2);
        assertThat(replica.readIndexCalls).hasValue(0);
    }

    @Test
    void atLeast_revisionThatDoesNotCome_runsIntoTheDeadline() {
        assertThat(failure(level(ReadLevel.READ_LEVEL_AT_LEAST).setMinRevision(99)))
                .isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure(level(ReadLevel.READ_LEVEL_AT_LEAST).setMinRevision(-1)))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void bounded_recentBarrier_isReused() {
        get(ReadOptions.newBuilder(), 1_000);
        replica.scriptReadIndex(new CompletableFuture<>());

        GetPeerResponse response = get(bounded(60_000), 1_000);

        assertThat(replica.readIndexCalls).hasValue(1);
        assertThat(response.getReadInfo().hasStaleness()).isTrue();
        assertThat(Durations.toNanos(response.getReadInfo().getStaleness())).isPositive();
    }

    @Test
    void bounded_noBarrierYet_confirms() {
        get(bounded(60_000), 1_000);

        assertThat(replica.readIndexCalls).hasValue(1);
    }

    @Test
    void bounded_barrierTooOldAndNoLeader_isNotAnswered() throws Exception {
        get(ReadOptions.newBuilder(), 1_000);
        replica.elect(Optional.empty());
        long confirmed = barrier.newest().orElseThrow().startedNanos();
        while (System.nanoTime() - confirmed <= TimeUnit.MILLISECONDS.toNanos(5)) {
            Thread.onSpinWait();
        }

        assertThat(failure(bounded(5))).isEqualTo(ErrorCode.NO_LEADER);
    }

    @Test
    void bounded_barrierSlowerThanTheStalenessAllowed_isNotAnswered() {
        // Applied only after the bound has passed, every time.
        replica.scriptReadIndex(new CompletableFuture<Long>().completeOnTimeout(0L, 20, TimeUnit.MILLISECONDS));
        replica.elect(Optional.of(FakeReplica.SELF));

        assertThat(failure(bounded(0).setMaxStaleness(Durations.fromNanos(1)))).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void bounded_notPositive_isInvalid() {
        assertThat(failure(bounded(0))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure(bounded(-1))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure(ReadOptions.newBuilder().setLevelValue(99))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void unknownRecord_isNotFound() {
        GetPeerRequest request = GetPeerRequest.newBuilder().setId("nobody").build();

        assertThat(catchThrowableOfType(
                                RegistryException.class,
                                () -> reads.handle(RULE, fields, request, TESTER, Deadline.inMs(1_000)))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    /** The record is as it is stored until it is sent: what the caller may see is judged by what is in it. */
    @Test
    void callerBoundByLabels_seesWhatBearsThem_andNothingElse() {
        replica.apply(registration("blue-one", "blue"));
        replica.apply(registration("green-one", "green"));
        replica.apply(Command.newBuilder()
                .setPrincipal("tester")
                .setGrantAccess(GrantAccessRequest.newBuilder()
                        .setBinding(Binding.newBuilder()
                                .setPrincipal("bob")
                                .setRole("mesh.read")
                                .setLabelSelector("team=blue"))
                        .setOptions(MutationOptions.newBuilder().setRequestId("r-bob")))
                .build());

        assertThat(getAsBob("blue-one").getPeer().getMeta().getLabelsMap()).containsEntry("team", "blue");
        assertThat(getAsBob("blue-one").getEtag()).isEqualTo("\"2\"");
        for (String other : List.of("green-one", "p1", "missing")) {
            assertThat(catchThrowableOfType(RegistryException.class, () -> getAsBob(other))
                            .code())
                    .as(other)
                    .isEqualTo(ErrorCode.FORBIDDEN);
        }
    }

    private static Command registration(String id, String team) {
        Command.Builder command = Peers.register(id).toBuilder();
        command.getRegisterPeerBuilder().getPeerBuilder().getMetaBuilder().putLabels("team", team);
        return command.build();
    }

    private GetPeerResponse getAsBob(String id) {
        return get(GetPeerRequest.newBuilder().setId(id).build(), TestAccess.principal("bob", Scope.SCOPE_READ), 1_000);
    }
}
