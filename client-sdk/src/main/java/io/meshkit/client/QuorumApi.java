package io.meshkit.client;

import io.meshkit.v1.CreateSnapshotRequest;
import io.meshkit.v1.CreateSnapshotResponse;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.TransferLeadershipResponse;
import io.meshkit.v1.WhoAmIRequest;
import io.meshkit.v1.WhoAmIResponse;
import java.time.Duration;

/** The registry's own Raft members. */
public final class QuorumApi {
    private final MeshKitClient client;

    QuorumApi(MeshKitClient client) {
        this.client = client;
    }

    /** As this node sees it: one attempt, no retries. */
    public GetQuorumStatusResponse status(String node, Duration deadline) {
        return client.call(
                QuorumServiceGrpc.getGetQuorumStatusMethod(),
                GetQuorumStatusRequest.getDefaultInstance(),
                new CallSettings(deadline, node, false));
    }

    /** As any node sees it. */
    public GetQuorumStatusResponse status() {
        return client.call(QuorumServiceGrpc.getGetQuorumStatusMethod(), GetQuorumStatusRequest.getDefaultInstance());
    }

    public GetStateHashResponse stateHash(GetStateHashRequest request) {
        return client.call(QuorumServiceGrpc.getGetStateHashMethod(), request);
    }

    public TransferLeadershipResponse transferLeadership(String node) {
        return client.call(
                QuorumServiceGrpc.getTransferLeadershipMethod(),
                TransferLeadershipRequest.newBuilder().setNode(node).build());
    }

    /** Takes a snapshot on this node. */
    public CreateSnapshotResponse createSnapshot(String node) {
        return client.call(
                QuorumServiceGrpc.getCreateSnapshotMethod(),
                CreateSnapshotRequest.getDefaultInstance(),
                client.settings().withNode(node));
    }

    public WhoAmIResponse whoAmI() {
        return client.call(QuorumServiceGrpc.getWhoAmIMethod(), WhoAmIRequest.getDefaultInstance());
    }
}
