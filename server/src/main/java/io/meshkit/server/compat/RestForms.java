package io.meshkit.server.compat;

import com.google.protobuf.Timestamp;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.SimulateShardsResponse;
import io.meshkit.v1.SimulatedAssignment;
import io.omnirelay.mesh.control.v1.ControlAssignment;
import io.omnirelay.mesh.control.v1.ControlChange;
import io.omnirelay.mesh.control.v1.ControlLeaderEvent;
import io.omnirelay.mesh.control.v1.ControlLeaderToken;
import io.omnirelay.mesh.control.v1.ControlPeer;
import io.omnirelay.mesh.control.v1.ControlPeerMetadata;
import io.omnirelay.mesh.control.v1.ControlShard;
import io.omnirelay.mesh.control.v1.ControlShardDiff;
import io.omnirelay.mesh.control.v1.ControlShardHistory;
import io.omnirelay.mesh.control.v1.DiffControlShardsResponse;
import io.omnirelay.mesh.control.v1.LeadershipEvent;
import io.omnirelay.mesh.control.v1.LeadershipEventKind;
import io.omnirelay.mesh.control.v1.LeadershipToken;
import io.omnirelay.mesh.control.v1.ListControlShardsResponse;
import io.omnirelay.mesh.control.v1.SimulateControlShardsResponse;
import java.util.List;
import java.util.function.Consumer;

/** Our answers in the forms of the original's REST: what is empty is left out where the original has null. */
final class RestForms {
    private RestForms() {}

    static ListControlShardsResponse list(ListShardsResponse page) {
        ListControlShardsResponse.Builder response = ListControlShardsResponse.newBuilder()
                .setVersion(page.getReadInfo().getRevision());
        unlessEmpty(page.getNextCursor(), response::setNextCursor);
        page.getShardsList().forEach(shard -> response.addItems(shard(shard)));
        return response.build();
    }

    static DiffControlShardsResponse diffs(List<ShardDiff> diffs) {
        DiffControlShardsResponse.Builder response = DiffControlShardsResponse.newBuilder();
        diffs.forEach(diff -> response.addItems(diff(diff)));
        return diffs.isEmpty()
                ? response.build()
                : response.setLastPosition(diffs.getLast().getPosition()).build();
    }

    static ControlShardDiff diff(ShardDiff diff) {
        ControlShardDiff.Builder form = ControlShardDiff.newBuilder().setPosition(diff.getPosition());
        if (diff.hasCurrent()) {
            form.setCurrent(shard(diff.getCurrent()));
        }
        if (diff.hasPrevious()) {
            form.setPrevious(shard(diff.getPrevious()));
        }
        if (diff.hasHistory()) {
            form.setHistory(history(diff));
        }
        return form.build();
    }

    private static ControlShardHistory history(ShardDiff diff) {
        Shard shard = diff.hasCurrent() ? diff.getCurrent() : diff.getPrevious();
        ControlShardHistory.Builder form = ControlShardHistory.newBuilder()
                .setNamespace(shard.getNamespace())
                .setShardId(shard.getShardId())
                .setVersion(diff.getHistory().getVersion())
                .setStrategyId(shard.getStrategyId())
                .setActor(diff.getHistory().getActor())
                .setReason(diff.getHistory().getReason())
                .setCreatedAt(diff.getHistory().getChangedAt())
                .setOwnerNodeId(diff.getHistory().getOwnerNodeId());
        unlessEmpty(diff.getHistory().getChangeTicket(), form::setChangeTicket);
        unlessEmpty(diff.getHistory().getPreviousOwnerNodeId(), form::setPreviousOwnerNodeId);
        return form.build();
    }

    private static ControlShard shard(Shard shard) {
        ControlShard.Builder form = ControlShard.newBuilder()
                .setNamespace(shard.getNamespace())
                .setShardId(shard.getShardId())
                .setStrategyId(shard.getStrategyId())
                .setOwnerNodeId(shard.getOwnerNodeId())
                .setCapacityHint(shard.getCapacityHint())
                .setStatus(shard.getStatusValue() - 1)
                .setVersion(shard.getMeta().getVersion())
                .setChecksum(shard.getChecksum())
                .setUpdatedAt(shard.getMeta().getUpdatedAt());
        unlessEmpty(shard.getLeaderId(), form::setLeaderId);
        unlessEmpty(shard.getMeta().getChangeTicket(), form::setChangeTicket);
        return form.build();
    }

    static SimulateControlShardsResponse simulation(SimulateShardsResponse simulated, Timestamp now) {
        SimulateControlShardsResponse.Builder response = SimulateControlShardsResponse.newBuilder()
                .setNamespace(simulated.getNamespace())
                .setStrategyId(simulated.getStrategyId())
                .setGeneratedAt(now);
        for (SimulatedAssignment each : simulated.getAssignmentsList()) {
            ControlAssignment.Builder assignment = ControlAssignment.newBuilder()
                    .setNamespace(each.getNamespace())
                    .setShardId(each.getShardId())
                    .setOwnerNodeId(each.getProposedOwnerNodeId())
                    .setCapacity(each.getCapacityHint());
            unlessEmpty(each.getLocalityHint(), assignment::setLocalityHint);
            response.addAssignments(assignment);
            if (each.getChangesOwner()) {
                response.addChanges(ControlChange.newBuilder()
                        .setNamespace(each.getNamespace())
                        .setShardId(each.getShardId())
                        .setCurrentOwner(each.getCurrentOwnerNodeId())
                        .setProposedOwner(each.getProposedOwnerNodeId())
                        .setChangesOwner(true));
            }
        }
        return response.build();
    }

    static ControlLeaderToken token(LeadershipToken token) {
        return ControlLeaderToken.newBuilder()
                .setScope(token.getScope())
                .setScopeKind(token.getScopeKind())
                .setLeaderId(token.getLeaderId())
                .setTerm(token.getTerm())
                .setFenceToken(token.getFenceToken())
                .setIssuedAt(token.getIssuedAt())
                .setExpiresAt(token.getExpiresAt())
                .putAllLabels(token.getLabelsMap())
                .build();
    }

    static ControlLeaderEvent event(LeadershipEvent event) {
        ControlLeaderEvent.Builder form = ControlLeaderEvent.newBuilder()
                .setEventKind(kind(event.getKind()))
                .setScope(event.getScope())
                .setLeaderId(event.getLeaderId())
                .setToken(token(event.getToken()))
                .setCorrelationId(event.getCorrelationId())
                .setOccurredAt(event.getOccurredAt());
        unlessEmpty(event.getReason(), form::setReason);
        return form.build();
    }

    private static String kind(LeadershipEventKind kind) {
        return switch (kind) {
            case LEADERSHIP_EVENT_KIND_SNAPSHOT -> "snapshot";
            case LEADERSHIP_EVENT_KIND_ELECTED -> "elected";
            case LEADERSHIP_EVENT_KIND_LOST -> "lost";
            case LEADERSHIP_EVENT_KIND_EXPIRED -> "expired";
            case LEADERSHIP_EVENT_KIND_STEPPED_DOWN -> "steppedDown";
            case LEADERSHIP_EVENT_KIND_OBSERVED -> "observed";
            case LEADERSHIP_EVENT_KIND_RENEWED -> "renewed";
            case LEADERSHIP_EVENT_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("an event of no kind");
        };
    }

    static ControlPeer peer(Peer peer) {
        ControlPeerMetadata.Builder metadata = ControlPeerMetadata.newBuilder()
                .setRole(peer.getRole())
                .setClusterId(peer.getClusterId())
                .setRegion(peer.getRegion())
                .setMeshVersion(peer.getMeshVersion())
                .setHttp3Support(peer.getEndpointsList().stream()
                        .anyMatch(endpoint -> endpoint.getTransport().equals("http3")))
                .setMetadataVersion(peer.getMeta().getVersion())
                .putAllLabels(peer.getMeta().getLabelsMap());
        if (peer.getEndpointsCount() > 0) {
            metadata.setEndpoint(peer.getEndpoints(0).getAddress());
        }
        return ControlPeer.newBuilder()
                .setNodeId(peer.getId())
                .setStatus(status(peer.getStatus()))
                .setLastSeen(
                        peer.getHealth().hasReportedAt()
                                ? peer.getHealth().getReportedAt()
                                : peer.getMeta().getUpdatedAt())
                .setMetadata(metadata)
                .build();
    }

    private static String status(PeerStatus status) {
        return switch (status) {
            case PEER_STATUS_ALIVE -> "Alive";
            case PEER_STATUS_SUSPECT -> "Suspect";
            case PEER_STATUS_LEFT -> "Left";
            case PEER_STATUS_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("a peer without a status");
        };
    }

    private static void unlessEmpty(String text, Consumer<String> setter) {
        if (!text.isEmpty()) {
            setter.accept(text);
        }
    }
}
