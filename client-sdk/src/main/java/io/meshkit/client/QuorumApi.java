package io.meshkit.client;

import io.meshkit.v1.AddQuorumMemberRequest;
import io.meshkit.v1.ChangeQuorumMembersResponse;
import io.meshkit.v1.CreateSnapshotRequest;
import io.meshkit.v1.CreateSnapshotResponse;
import io.meshkit.v1.GetCapacityRequest;
import io.meshkit.v1.GetCapacityResponse;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.ListQuorumMembersRequest;
import io.meshkit.v1.ListQuorumMembersResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.RemoveQuorumMemberRequest;
import io.meshkit.v1.ReplaceQuorumMemberRequest;
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

    /** What a node holds and does, and how much it may: of whichever node answers. */
    public GetCapacityResponse capacity() {
        return client.call(QuorumServiceGrpc.getGetCapacityMethod(), GetCapacityRequest.getDefaultInstance());
    }

    /** The same of this node: one attempt, no retries. */
    public GetCapacityResponse capacity(String node, Duration deadline) {
        return client.call(
                QuorumServiceGrpc.getGetCapacityMethod(),
                GetCapacityRequest.getDefaultInstance(),
                new CallSettings(deadline, node, false));
    }

    public GetStateHashResponse stateHash(GetStateHashRequest request) {
        return client.call(QuorumServiceGrpc.getGetStateHashMethod(), request);
    }

    public TransferLeadershipResponse transferLeadership(String node) {
        return client.call(
                QuorumServiceGrpc.getTransferLeadershipMethod(),
                TransferLeadershipRequest.newBuilder().setNode(node).build());
    }

    /** The members, how far each has the log, and the newest change of them. */
    public ListQuorumMembersResponse members() {
        return client.call(
                QuorumServiceGrpc.getListQuorumMembersMethod(), ListQuorumMembersRequest.getDefaultInstance());
    }

    /**
     * Adds a running node that waits to join. Not retried: asking again for a member that is there changes nothing.
     *
     * @return the change, which goes on if its phase is joining; see {@link #members()}
     */
    public ChangeQuorumMembersResponse addMember(AddQuorumMemberRequest request) {
        return client.call(QuorumServiceGrpc.getAddQuorumMemberMethod(), request);
    }

    /** Removes a member for ever; as {@link #addMember}. */
    public ChangeQuorumMembersResponse removeMember(RemoveQuorumMemberRequest request) {
        return client.call(QuorumServiceGrpc.getRemoveQuorumMemberMethod(), request);
    }

    /** Adds a node and then removes another; as {@link #addMember}. */
    public ChangeQuorumMembersResponse replaceMember(ReplaceQuorumMemberRequest request) {
        return client.call(QuorumServiceGrpc.getReplaceQuorumMemberMethod(), request);
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
