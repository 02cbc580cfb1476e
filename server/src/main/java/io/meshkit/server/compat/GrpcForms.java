package io.meshkit.server.compat;

import com.google.protobuf.Timestamp;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.SimulateShardsResponse;
import io.meshkit.v1.SimulatedAssignment;
import io.omnirelay.mesh.control.v1.ShardDiffNotification;
import io.omnirelay.mesh.control.v1.ShardDiffResponse;
import io.omnirelay.mesh.control.v1.ShardHistory;
import io.omnirelay.mesh.control.v1.ShardListResponse;
import io.omnirelay.mesh.control.v1.ShardRecord;
import io.omnirelay.mesh.control.v1.ShardSimulationAssignment;
import io.omnirelay.mesh.control.v1.ShardSimulationChange;
import io.omnirelay.mesh.control.v1.ShardSimulationResponse;
import java.util.List;

/** Our answers about shards in the messages of the original's gRPC. */
final class GrpcForms {
    private GrpcForms() {}

    static ShardListResponse list(ListShardsResponse page) {
        ShardListResponse.Builder response = ShardListResponse.newBuilder()
                .setNextCursor(page.getNextCursor())
                .setVersion(page.getReadInfo().getRevision());
        page.getShardsList().forEach(shard -> response.addShards(record(shard)));
        return response.build();
    }

    static ShardDiffResponse diffs(List<ShardDiff> diffs) {
        ShardDiffResponse.Builder response = ShardDiffResponse.newBuilder();
        diffs.forEach(diff -> response.addDiffs(diff(diff)));
        return diffs.isEmpty()
                ? response.build()
                : response.setLastPosition(diffs.getLast().getPosition()).build();
    }

    static ShardDiffNotification diff(ShardDiff diff) {
        ShardDiffNotification.Builder notification =
                ShardDiffNotification.newBuilder().setPosition(diff.getPosition());
        if (diff.hasCurrent()) {
            notification.setCurrent(record(diff.getCurrent()));
        }
        if (diff.hasPrevious()) {
            notification.setPrevious(record(diff.getPrevious()));
        }
        if (diff.hasHistory()) {
            notification.setHistory(ShardHistory.newBuilder()
                    .setActor(diff.getHistory().getActor())
                    .setReason(diff.getHistory().getReason())
                    .setChangeTicket(diff.getHistory().getChangeTicket())
                    .setPreviousOwnerNodeId(diff.getHistory().getPreviousOwnerNodeId()));
        }
        return notification.build();
    }

    private static ShardRecord record(Shard shard) {
        return ShardRecord.newBuilder()
                .setNamespace(shard.getNamespace())
                .setShardId(shard.getShardId())
                .setStrategyId(shard.getStrategyId())
                .setOwnerNodeId(shard.getOwnerNodeId())
                .setLeaderId(shard.getLeaderId())
                .setCapacityHint(shard.getCapacityHint())
                .setStatusValue(shard.getStatusValue())
                .setVersion(shard.getMeta().getVersion())
                .setChecksum(shard.getChecksum())
                .setUpdatedAt(shard.getMeta().getUpdatedAt())
                .setChangeTicket(shard.getMeta().getChangeTicket())
                .build();
    }

    static ShardSimulationResponse simulation(SimulateShardsResponse simulated, Timestamp now) {
        ShardSimulationResponse.Builder response = ShardSimulationResponse.newBuilder()
                .setNamespace(simulated.getNamespace())
                .setStrategyId(simulated.getStrategyId())
                .setGeneratedAt(now);
        for (SimulatedAssignment each : simulated.getAssignmentsList()) {
            response.addAssignments(ShardSimulationAssignment.newBuilder()
                    .setNamespace(each.getNamespace())
                    .setShardId(each.getShardId())
                    .setOwnerNodeId(each.getProposedOwnerNodeId())
                    .setCapacity(each.getCapacityHint())
                    .setLocalityHint(each.getLocalityHint()));
            if (each.getChangesOwner()) {
                response.addChanges(ShardSimulationChange.newBuilder()
                        .setNamespace(each.getNamespace())
                        .setShardId(each.getShardId())
                        .setCurrentOwner(each.getCurrentOwnerNodeId())
                        .setProposedOwner(each.getProposedOwnerNodeId())
                        .setChangesOwner(true));
            }
        }
        return response.build();
    }
}
