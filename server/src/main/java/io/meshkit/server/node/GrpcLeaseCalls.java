package io.meshkit.server.node;

import io.meshkit.internal.v1.LeaseNodeServiceGrpc;
import io.meshkit.internal.v1.LeaseNodeServiceGrpc.LeaseNodeServiceStub;
import io.meshkit.raft.NodeId;
import io.meshkit.server.leases.LeaseCalls;
import io.meshkit.v1.GetLeaseSummaryRequest;
import io.meshkit.v1.GetLeaseSummaryResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.KeepAliveResponse;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ListLeasesResponse;
import io.meshkit.v1.ReleaseExpiryGuardRequest;
import io.meshkit.v1.ReleaseExpiryGuardResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The calls about leases to the member that leads. Thread: any number. */
public final class GrpcLeaseCalls implements LeaseCalls {
    private final MemberChannels channels;

    public GrpcLeaseCalls(MemberChannels channels) {
        this.channels = channels;
    }

    @Override
    public CompletableFuture<KeepAliveResponse> keepAlive(NodeId leader, KeepAliveRequest request, long deadlineMs) {
        return GrpcPeerRpc.call(stub(leader, deadlineMs), (stub, observer) -> stub.keepAlive(request, observer));
    }

    @Override
    public CompletableFuture<ListLeasesResponse> list(NodeId leader, ListLeasesRequest request, long deadlineMs) {
        return GrpcPeerRpc.call(stub(leader, deadlineMs), (stub, observer) -> stub.list(request, observer));
    }

    @Override
    public CompletableFuture<GetLeaseSummaryResponse> summary(
            NodeId leader, GetLeaseSummaryRequest request, long deadlineMs) {
        return GrpcPeerRpc.call(stub(leader, deadlineMs), (stub, observer) -> stub.summary(request, observer));
    }

    @Override
    public CompletableFuture<ReleaseExpiryGuardResponse> release(
            NodeId leader, ReleaseExpiryGuardRequest request, long deadlineMs) {
        return GrpcPeerRpc.call(stub(leader, deadlineMs), (stub, observer) -> stub.release(request, observer));
    }

    private Supplier<LeaseNodeServiceStub> stub(NodeId leader, long deadlineMs) {
        return () -> LeaseNodeServiceGrpc.newStub(channels.to(leader))
                .withDeadlineAfter(Math.max(1, deadlineMs), TimeUnit.MILLISECONDS);
    }
}
