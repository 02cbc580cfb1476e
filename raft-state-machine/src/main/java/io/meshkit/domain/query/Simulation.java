package io.meshkit.domain.query;

import io.meshkit.domain.placement.Candidate;
import io.meshkit.domain.placement.PlacementStrategy;
import io.meshkit.v1.Shard;
import io.meshkit.v1.SimulateShardsResponse;
import io.meshkit.v1.SimulatedAssignment;
import io.meshkit.v1.SimulatedLoad;
import java.util.List;
import java.util.TreeMap;

/** One run of a strategy over the shards of a namespace. Used once, by one thread. */
final class Simulation {
    private final PlacementStrategy strategy;
    private final List<Candidate> candidates;
    private final String namespace;
    private final List<Shard> shards;
    private final TreeMap<String, SimulatedLoad.Builder> loads = new TreeMap<>();

    /**
     * @param candidates in order of id, at least one
     * @param shards     of the namespace, in order of id
     */
    Simulation(PlacementStrategy strategy, List<Candidate> candidates, String namespace, List<Shard> shards) {
        this.strategy = strategy;
        this.candidates = candidates;
        this.namespace = namespace;
        this.shards = shards;
    }

    SimulateShardsResponse response(boolean changesOnly) {
        fairShares();
        PlacementStrategy.Placer placer = strategy.prepare(candidates, shards.size());
        SimulateShardsResponse.Builder response = SimulateShardsResponse.newBuilder()
                .setNamespace(namespace)
                .setStrategyId(strategy.id())
                .setShards(shards.size());
        long moved = 0;
        for (Shard shard : shards) {
            SimulatedAssignment assignment = assignment(shard, placer);
            count(assignment);
            if (assignment.getChangesOwner()) {
                moved++;
            }
            if (assignment.getChangesOwner() || !changesOnly) {
                response.addAssignments(assignment);
            }
        }
        loads.values().forEach(response::addLoads);
        return response.setMovedShards(moved).setMovedShardsMin(movedMin()).build();
    }

    private void fairShares() {
        double weights = candidates.stream().mapToDouble(Candidate::weight).sum();
        candidates.forEach(
                candidate -> load(candidate.id()).setFairShards(shards.size() * candidate.weight() / weights));
    }

    private static SimulatedAssignment assignment(Shard shard, PlacementStrategy.Placer placer) {
        String hint = shard.getMeta().getLabelsOrDefault(SimulationQueries.LOCALITY_LABEL, "");
        String proposed =
                placer.place(shard.getNamespace(), shard.getShardId(), hint).id();
        return SimulatedAssignment.newBuilder()
                .setNamespace(shard.getNamespace())
                .setShardId(shard.getShardId())
                .setCurrentOwnerNodeId(shard.getOwnerNodeId())
                .setProposedOwnerNodeId(proposed)
                .setChangesOwner(!proposed.equals(shard.getOwnerNodeId()))
                .setCapacityHint(shard.getCapacityHint())
                .setLocalityHint(hint)
                .build();
    }

    private void count(SimulatedAssignment assignment) {
        if (!assignment.getCurrentOwnerNodeId().isEmpty()) {
            SimulatedLoad.Builder current = load(assignment.getCurrentOwnerNodeId());
            current.setCurrentShards(current.getCurrentShards() + 1)
                    .setCurrentCapacity(current.getCurrentCapacity() + assignment.getCapacityHint());
        }
        SimulatedLoad.Builder proposed = load(assignment.getProposedOwnerNodeId());
        proposed.setProposedShards(proposed.getProposedShards() + 1)
                .setProposedCapacity(proposed.getProposedCapacity() + assignment.getCapacityHint());
    }

    /** Every shard above what a node has now must come from somewhere else. */
    private long movedMin() {
        return loads.values().stream()
                .mapToLong(load -> Math.max(0, load.getProposedShards() - load.getCurrentShards()))
                .sum();
    }

    private SimulatedLoad.Builder load(String nodeId) {
        return loads.computeIfAbsent(nodeId, id -> SimulatedLoad.newBuilder().setNodeId(id));
    }
}
