package io.meshkit.server.leases;

import io.meshkit.raft.NodeId;
import io.meshkit.v1.GetLeaseSummaryRequest;
import io.meshkit.v1.GetLeaseSummaryResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.KeepAliveResponse;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ListLeasesResponse;
import io.meshkit.v1.ReleaseExpiryGuardRequest;
import io.meshkit.v1.ReleaseExpiryGuardResponse;
import java.util.concurrent.CompletableFuture;

/**
 * What a node asks of the one that leads, about leases. Every future fails only with RegistryException: NO_LEADER
 * when the member does not lead, LEADERSHIP_LOST when it was not reached or broke off. Thread: any number.
 */
public interface LeaseCalls {
    CompletableFuture<KeepAliveResponse> keepAlive(NodeId leader, KeepAliveRequest request, long deadlineMs);

    CompletableFuture<ListLeasesResponse> list(NodeId leader, ListLeasesRequest request, long deadlineMs);

    CompletableFuture<GetLeaseSummaryResponse> summary(NodeId leader, GetLeaseSummaryRequest request, long deadlineMs);

    CompletableFuture<ReleaseExpiryGuardResponse> release(
            NodeId leader, ReleaseExpiryGuardRequest request, long deadlineMs);
}
