package io.meshkit.domain;

import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.CreateClusterRequest;
import io.meshkit.v1.DeleteClusterRequest;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.DeleteLeadershipRequest;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.DemoteClusterRequest;
import io.meshkit.v1.DeregisterPeerRequest;
import io.meshkit.v1.DrainPeerRequest;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.LeavePeerRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PromoteClusterRequest;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.ResignRequest;
import io.meshkit.v1.ResumePeerRequest;
import io.meshkit.v1.SetShardStatusRequest;
import io.meshkit.v1.SettleLeasesRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.UncordonPeerRequest;
import io.meshkit.v1.UpdateClusterRequest;
import io.meshkit.v1.UpdatePeerRequest;
import io.meshkit.v1.UpsertShardRequest;
import java.util.List;

/** Well-formed requests, to be changed where a test wants them otherwise. */
final class Make {
    static final MutationOptions TICKET = MutationOptions.newBuilder()
            .setReason("because")
            .setChangeTicket("CHG-1")
            .build();

    private Make() {}

    static RegisterPeerRequest register(String id) {
        return register(Peer.newBuilder().setId(id).build());
    }

    static RegisterPeerRequest register(Peer peer) {
        return RegisterPeerRequest.newBuilder().setPeer(peer).build();
    }

    static UpdatePeerRequest updatePeer(Peer peer, String... paths) {
        return UpdatePeerRequest.newBuilder()
                .setPeer(peer)
                .setUpdateMask(mask(paths))
                .build();
    }

    static RegisterPeerRequest leased(String id, long ttlMs) {
        return register(id).toBuilder().setLeaseTtl(Durations.fromMillis(ttlMs)).build();
    }

    static LeavePeerRequest leave(String id, long lease) {
        return LeavePeerRequest.newBuilder().setId(id).setLeaseId(lease).build();
    }

    static CampaignRequest campaign(String scope, String candidate, boolean queue) {
        return CampaignRequest.newBuilder()
                .setScope(scope)
                .setCandidateId(candidate)
                .setTtl(Durations.fromMillis(5000))
                .setQueue(queue)
                .build();
    }

    static ResignRequest resign(String scope, String candidate, long lease) {
        return ResignRequest.newBuilder()
                .setScope(scope)
                .setCandidateId(candidate)
                .setLeaseId(lease)
                .build();
    }

    static DeleteLeadershipRequest deleteLeadership(String scope) {
        return DeleteLeadershipRequest.newBuilder().setScope(scope).build();
    }

    static SettleLeasesRequest settle(long term, LeaseStep... steps) {
        return SettleLeasesRequest.newBuilder()
                .setTerm(term)
                .addAllSteps(List.of(steps))
                .build();
    }

    static LeaseStep step(LeaseStep.Kind kind, long lease, long generation) {
        return LeaseStep.newBuilder()
                .setKind(kind)
                .setLeaseId(lease)
                .setGeneration(generation)
                .setRemainingMs(kind == LeaseStep.Kind.CHECKPOINT ? 1500 : 0)
                .build();
    }

    static DeregisterPeerRequest deregister(String id) {
        return DeregisterPeerRequest.newBuilder().setId(id).build();
    }

    static LabelPeerRequest label(String id, String key, String value) {
        return LabelPeerRequest.newBuilder().setId(id).putSet(key, value).build();
    }

    static CordonPeerRequest cordon(String id) {
        return CordonPeerRequest.newBuilder().setId(id).build();
    }

    static UncordonPeerRequest uncordon(String id) {
        return UncordonPeerRequest.newBuilder().setId(id).build();
    }

    static DrainPeerRequest drain(String id) {
        return DrainPeerRequest.newBuilder().setId(id).build();
    }

    static DrainPeerRequest drained(String id) {
        return DrainPeerRequest.newBuilder().setId(id).setComplete(true).build();
    }

    static ResumePeerRequest resume(String id) {
        return ResumePeerRequest.newBuilder().setId(id).build();
    }

    static Cluster.Builder descriptor(String id) {
        return Cluster.newBuilder().setId(id).setRegion("eu").addOwners("team-mesh");
    }

    static CreateClusterRequest create(String id, ClusterState state) {
        return create(descriptor(id).setState(state).build());
    }

    static CreateClusterRequest create(Cluster cluster) {
        return CreateClusterRequest.newBuilder()
                .setOptions(TICKET)
                .setCluster(cluster)
                .build();
    }

    static UpdateClusterRequest updateCluster(Cluster cluster, String... paths) {
        return UpdateClusterRequest.newBuilder()
                .setOptions(TICKET)
                .setCluster(cluster)
                .setUpdateMask(mask(paths))
                .build();
    }

    static UpdateClusterRequest state(String id, ClusterState state) {
        return updateCluster(Cluster.newBuilder().setId(id).setState(state).build(), "state");
    }

    static PromoteClusterRequest promote(String id) {
        return PromoteClusterRequest.newBuilder().setOptions(TICKET).setId(id).build();
    }

    static DemoteClusterRequest demote(String id) {
        return DemoteClusterRequest.newBuilder().setOptions(TICKET).setId(id).build();
    }

    static DeleteClusterRequest deleteCluster(String id) {
        return DeleteClusterRequest.newBuilder().setOptions(TICKET).setId(id).build();
    }

    static UpsertShardRequest shard(String namespace, String id, String owner) {
        return upsert(Shard.newBuilder()
                .setNamespace(namespace)
                .setShardId(id)
                .setOwnerNodeId(owner)
                .build());
    }

    static UpsertShardRequest upsert(Shard shard) {
        return UpsertShardRequest.newBuilder().setShard(shard).build();
    }

    static AssignShardRequest assign(String namespace, String id, String owner) {
        return AssignShardRequest.newBuilder()
                .setNamespace(namespace)
                .setShardId(id)
                .setOwnerNodeId(owner)
                .build();
    }

    static SetShardStatusRequest shardStatus(String namespace, String id, ShardStatus status) {
        return SetShardStatusRequest.newBuilder()
                .setNamespace(namespace)
                .setShardId(id)
                .setStatus(status)
                .build();
    }

    static DeleteShardRequest deleteShard(String namespace, String id) {
        return DeleteShardRequest.newBuilder()
                .setNamespace(namespace)
                .setShardId(id)
                .build();
    }

    static PatchConfigRequest patch(String name, String json) {
        return PatchConfigRequest.newBuilder()
                .setName(name)
                .setPatch(json(json))
                .build();
    }

    static DeleteConfigRequest deleteConfig(String name) {
        return DeleteConfigRequest.newBuilder().setName(name).build();
    }

    static FieldMask mask(String... paths) {
        return FieldMask.newBuilder().addAllPaths(List.of(paths)).build();
    }

    static Struct json(String json) {
        Struct.Builder struct = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json, struct);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        return struct.build();
    }
}
