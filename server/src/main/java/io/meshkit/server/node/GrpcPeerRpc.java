package io.meshkit.server.node;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.meshkit.api.RegistryException;
import io.meshkit.internal.v1.ChangeMembersRequest;
import io.meshkit.internal.v1.CurrentTermRequest;
import io.meshkit.internal.v1.CurrentTermResponse;
import io.meshkit.internal.v1.FetchCheckpointRequest;
import io.meshkit.internal.v1.ForwardRequest;
import io.meshkit.internal.v1.LeaderLossRequest;
import io.meshkit.internal.v1.LeaderLossResponse;
import io.meshkit.internal.v1.MemberNodeServiceGrpc;
import io.meshkit.internal.v1.MemberNodeServiceGrpc.MemberNodeServiceStub;
import io.meshkit.internal.v1.MembersRequest;
import io.meshkit.internal.v1.MembersResponse;
import io.meshkit.internal.v1.NodeServiceGrpc;
import io.meshkit.internal.v1.NodeServiceGrpc.NodeServiceStub;
import io.meshkit.internal.v1.ReadIndexRequest;
import io.meshkit.internal.v1.ReadIndexResponse;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.PeerRpc;
import io.meshkit.raft.Testimony;
import io.meshkit.server.bootstrap.RenewalCalls;
import io.meshkit.server.disk.DiskCalls;
import io.meshkit.server.members.MemberCalls;
import io.meshkit.server.verbs.LeaderCalls;
import io.meshkit.server.verbs.Leadership;
import io.meshkit.v1.ChangeQuorumMembersResponse;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.ListQuorumMembersRequest;
import io.meshkit.v1.ListQuorumMembersResponse;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.TransferLeadershipResponse;
import io.omnirelay.transport.Errors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls to other members. Thread: any number. */
public final class GrpcPeerRpc
        implements PeerRpc, LeaderCalls, Leadership.MemberCalls, MemberCalls, DiskCalls, RenewalCalls {
    private static final long CHECKPOINT_TIMEOUT_MIN = 60;

    private final MemberChannels channels;

    public GrpcPeerRpc(MemberChannels channels) {
        this.channels = channels;
    }

    @Override
    public CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs) {
        return current(member, timeoutMs).thenApply(CurrentTermResponse::getTerm);
    }

    @Override
    public CompletableFuture<Testimony> leaderLoss(NodeId member, NodeId leader, long term, long timeoutMs) {
        LeaderLossRequest request = LeaderLossRequest.newBuilder()
                .setLeader(leader.value())
                .setTerm(term)
                .build();
        return GrpcPeerRpc.<NodeServiceStub, LeaderLossResponse>call(
                        stub(member, timeoutMs), (stub, observer) -> stub.leaderLoss(request, observer))
                .thenApply(said -> new Testimony(said.getGone(), said.getLogTerm(), said.getLogIndex()));
    }

    @Override
    public CompletableFuture<Boolean> isDiskLow(NodeId member, long timeoutMs) {
        return current(member, timeoutMs).thenApply(CurrentTermResponse::getDiskLow);
    }

    private CompletableFuture<CurrentTermResponse> current(NodeId member, long timeoutMs) {
        return call(
                stub(member, timeoutMs),
                (stub, observer) -> stub.currentTerm(CurrentTermRequest.getDefaultInstance(), observer));
    }

    @Override
    public CompletableFuture<CommandOutcome> forward(NodeId leader, Command command, long term, long deadlineMs) {
        ForwardRequest request =
                ForwardRequest.newBuilder().setCommand(command).setTerm(term).build();
        return call(stub(leader, deadlineMs), (stub, observer) -> stub.forward(request, observer));
    }

    @Override
    public CompletableFuture<Long> readIndex(NodeId leader, long deadlineMs) {
        return GrpcPeerRpc.<NodeServiceStub, ReadIndexResponse>call(
                        stub(leader, deadlineMs),
                        (stub, observer) -> stub.readIndex(ReadIndexRequest.getDefaultInstance(), observer))
                .thenApply(ReadIndexResponse::getLogIndex);
    }

    @Override
    public CompletableFuture<GetQuorumStatusResponse> status(NodeId member, long deadlineMs) {
        return call(
                stub(member, deadlineMs),
                (stub, observer) -> stub.status(GetQuorumStatusRequest.getDefaultInstance(), observer));
    }

    @Override
    public CompletableFuture<TransferLeadershipResponse> transferLeadership(
            NodeId leader, TransferLeadershipRequest request, long deadlineMs) {
        return call(stub(leader, deadlineMs), (stub, observer) -> stub.transferLeadership(request, observer));
    }

    @Override
    public CompletableFuture<MembersResponse> members(NodeId member, long deadlineMs) {
        return call(
                memberStub(member, deadlineMs),
                (stub, observer) -> stub.members(MembersRequest.getDefaultInstance(), observer));
    }

    @Override
    public CompletableFuture<ListQuorumMembersResponse> list(NodeId leader, long deadlineMs) {
        return call(
                memberStub(leader, deadlineMs),
                (stub, observer) -> stub.list(ListQuorumMembersRequest.getDefaultInstance(), observer));
    }

    @Override
    public CompletableFuture<ChangeQuorumMembersResponse> change(
            NodeId leader, ChangeMembersRequest request, long deadlineMs) {
        return call(memberStub(leader, deadlineMs), (stub, observer) -> stub.change(request, observer));
    }

    @Override
    public CompletableFuture<JoinResponse> renew(NodeId member, RenewCertificateRequest request, long timeoutMs) {
        return call(memberStub(member, timeoutMs), (stub, observer) -> stub.renew(request, observer));
    }

    private Supplier<MemberNodeServiceStub> memberStub(NodeId member, long timeoutMs) {
        return () -> MemberNodeServiceGrpc.newStub(channels.to(member))
                .withDeadlineAfter(Math.max(1, timeoutMs), TimeUnit.MILLISECONDS);
    }

    @Override
    public void fetchCheckpoint(NodeId member, Path directory) throws IOException {
        try {
            new CheckpointReceiver(directory)
                    .receive(NodeServiceGrpc.newBlockingStub(channels.to(member))
                            .withDeadlineAfter(CHECKPOINT_TIMEOUT_MIN, TimeUnit.MINUTES)
                            .fetchCheckpoint(FetchCheckpointRequest.getDefaultInstance()));
        } catch (StatusRuntimeException | RegistryException e) {
            throw new IOException(
                    "the checkpoint of " + member + " could not be fetched: "
                            + Errors.of(e).getMessage(),
                    e);
        }
    }

    private Supplier<NodeServiceStub> stub(NodeId member, long timeoutMs) {
        return () -> NodeServiceGrpc.newStub(channels.to(member))
                .withDeadlineAfter(Math.max(1, timeoutMs), TimeUnit.MILLISECONDS);
    }

    /** The answer of a unary call; fails only with RegistryException. */
    static <S, T> CompletableFuture<T> call(Supplier<S> stub, BiConsumer<S, StreamObserver<T>> method) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        StreamObserver<T> observer = new StreamObserver<>() {
            private @Nullable T value;

            @Override
            public void onNext(T next) {
                value = next;
            }

            @Override
            public void onError(Throwable failure) {
                // Without its cause: a lost connection is ordinary, and its stack trace says nothing.
                answer.completeExceptionally(
                        new RegistryException(Errors.of(failure).detail()));
            }

            @Override
            public void onCompleted() {
                answer.complete(value);
            }
        };
        // Outside the context of the call that happens to ask: others wait for the same answer, and its end must
        // not cancel theirs. The deadline is the stub's.
        try {
            Context.ROOT.run(() -> method.accept(stub.get(), observer));
        } catch (RegistryException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }
}
