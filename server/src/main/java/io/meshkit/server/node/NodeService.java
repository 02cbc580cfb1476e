package io.meshkit.server.node;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Commands;
import io.meshkit.internal.v1.CheckpointPart;
import io.meshkit.internal.v1.CurrentTermRequest;
import io.meshkit.internal.v1.CurrentTermResponse;
import io.meshkit.internal.v1.FetchCheckpointRequest;
import io.meshkit.internal.v1.ForwardRequest;
import io.meshkit.internal.v1.LeaderLossRequest;
import io.meshkit.internal.v1.LeaderLossResponse;
import io.meshkit.internal.v1.NodeServiceGrpc;
import io.meshkit.internal.v1.ReadIndexRequest;
import io.meshkit.internal.v1.ReadIndexResponse;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Leadership;
import io.meshkit.server.verbs.QuorumStatus;
import io.meshkit.server.verbs.Waits;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.TransferLeadershipResponse;
import io.omnirelay.transport.Errors;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers the other members. Whoever gets here is a member: TLS has seen to it.
 *
 * <p>Thread: any number. Only {@code Status} and {@code TransferLeadership} block.
 */
final class NodeService extends NodeServiceGrpc.NodeServiceImplBase {
    /** A command of the largest size that the configuration allows, and room. */
    static final int MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

    private static final long TIMEOUT_MS = 10_000;

    private final Replica replica;
    private final Leadership leadership;
    private final QuorumStatus status;
    private final CheckpointSender checkpoints;
    private final DiskGate disk;

    NodeService(
            Replica replica, Leadership leadership, QuorumStatus status, CheckpointSender checkpoints, DiskGate disk) {
        this.replica = replica;
        this.leadership = leadership;
        this.status = status;
        this.checkpoints = checkpoints;
        this.disk = disk;
    }

    @Override
    public void forward(ForwardRequest request, StreamObserver<CommandOutcome> observer) {
        complete(observer, Function.identity(), () -> {
            Deadline deadline = Deadline.ofCall(TIMEOUT_MS);
            if (Context.current().isCancelled() || deadline.passed()) {
                // Its sender has given it up and may have told its caller so.
                throw notLeading("the call had ended before it was read");
            }
            if (!replica.isLeader() || replica.currentTerm() != request.getTerm()) {
                throw notLeading("this node does not lead in term " + request.getTerm());
            }
            if (!isForwardable(request.getCommand())) {
                throw RegistryException.of(
                        ErrorCode.FORBIDDEN,
                        "a member forwards only what clients have asked it for",
                        "its software differs from this node's, or something poses as a member");
            }
            disk.check(request.getCommand());
            return replica.propose(request.getCommand(), deadline.remainingMs());
        });
    }

    /** What clients ask for, and what a member has refused them: never what only the leader may decide. */
    private static boolean isForwardable(Command command) {
        return Commands.isOfClient(command) || command.hasRecordDenials();
    }

    private RegistryException notLeading(String message) {
        return new RegistryException(RegistryException.detail(ErrorCode.NO_LEADER, message, "ask the node that leads")
                .setLeaderHint(replica.leader().map(NodeId::value).orElse(""))
                .build());
    }

    @Override
    public void readIndex(ReadIndexRequest request, StreamObserver<ReadIndexResponse> observer) {
        complete(
                observer,
                index -> ReadIndexResponse.newBuilder().setLogIndex(index).build(),
                () -> replica.readIndex(Deadline.ofCall(TIMEOUT_MS).remainingMs()));
    }

    @Override
    public void currentTerm(CurrentTermRequest request, StreamObserver<CurrentTermResponse> observer) {
        complete(
                observer,
                term -> CurrentTermResponse.newBuilder()
                        .setTerm(term)
                        .setDiskLow(disk.isLow())
                        .build(),
                () -> CompletableFuture.completedFuture(replica.currentTerm()));
    }

    @Override
    public void leaderLoss(LeaderLossRequest request, StreamObserver<LeaderLossResponse> observer) {
        complete(
                observer,
                testimony -> LeaderLossResponse.newBuilder()
                        .setGone(testimony.gone())
                        .setLogTerm(testimony.logTerm())
                        .setLogIndex(testimony.logIndex())
                        .build(),
                () -> replica.leaderLoss(new NodeId(request.getLeader()), request.getTerm()));
    }

    @Override
    public void fetchCheckpoint(FetchCheckpointRequest request, StreamObserver<CheckpointPart> observer) {
        checkpoints.send((ServerCallStreamObserver<CheckpointPart>) observer);
    }

    @Override
    public void status(GetQuorumStatusRequest request, StreamObserver<GetQuorumStatusResponse> observer) {
        complete(
                observer,
                Function.identity(),
                () -> CompletableFuture.completedFuture(status.get(Deadline.ofCall(TIMEOUT_MS))));
    }

    @Override
    public void transferLeadership(
            TransferLeadershipRequest request, StreamObserver<TransferLeadershipResponse> observer) {
        complete(
                observer,
                Function.identity(),
                () -> CompletableFuture.completedFuture(
                        leadership.transferFromHere(request, Deadline.ofCall(TIMEOUT_MS))));
    }

    private static <T, R> void complete(
            StreamObserver<R> observer, Function<T, R> response, Supplier<CompletableFuture<T>> call) {
        // With a handler, answering a member that has gone is no error.
        ((ServerCallStreamObserver<R>) observer).setOnCancelHandler(() -> {});
        CompletableFuture<T> answer;
        try {
            answer = call.get();
        } catch (RuntimeException e) {
            observer.onError(Errors.toGrpc(Waits.asRegistryException(e)));
            return;
        }
        answer.whenComplete((value, failure) -> {
            if (failure != null) {
                observer.onError(Errors.toGrpc(Waits.asRegistryException(failure)));
            } else {
                observer.onNext(response.apply(value));
                observer.onCompleted();
            }
        });
    }
}
