package io.meshkit.domain.query;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.placement.Candidate;
import io.meshkit.domain.placement.PlacementStrategies;
import io.meshkit.domain.placement.PlacementStrategy;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.Shard;
import io.meshkit.v1.SimulateShardsRequest;
import io.meshkit.v1.SimulationNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Who would own the shards of a namespace, by a strategy and a set of nodes. */
public final class SimulationQueries {
    /** A peer's weight when the simulation takes the registered peers. */
    static final String WEIGHT_LABEL = "meshkit.io/weight";
    /** Where a shard wants to be. */
    static final String LOCALITY_LABEL = "meshkit.io/locality";

    private static final double WEIGHT_MIN = 0.001;
    private static final double WEIGHT_MAX = 1000;

    private SimulationQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(new QueryHandler<>(SimulateShardsRequest.getDefaultInstance(), SimulationQueries::simulate));
    }

    private static QueryResult simulate(StoreView view, SimulateShardsRequest request, Check check) {
        check.id("namespace", request.getNamespace());
        String strategyId = request.getStrategyId().isEmpty() ? PlacementStrategies.DEFAULT : request.getStrategyId();
        Optional<PlacementStrategy> strategy = PlacementStrategies.find(strategyId);
        check.that(
                strategy.isPresent(),
                "strategyId",
                "unknown strategy: " + Check.shown(strategyId),
                String.join(", ", PlacementStrategies.ids()));
        List<Candidate> candidates =
                request.getNodesCount() == 0 ? registered(view) : given(request.getNodesList(), check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        check.that(
                !candidates.isEmpty(),
                "nodes",
                "there is no active peer",
                "register one, or name the nodes to simulate with");
        check.atMost(DomainLimits.SIMULATION_NODES_MAX, candidates.size(), "nodes", "elements");
        check.atMost(
                DomainLimits.SIMULATION_RING_POINTS_MAX,
                PlacementStrategies.ringPoints(candidates),
                "nodes",
                "points, 64 per unit of weight");
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        List<Shard> shards = shards(view, request.getNamespace());
        if (shards.size() > DomainLimits.SIMULATION_SHARDS_MAX) {
            return new QueryResult.Refused(Errors.ofField(
                    ErrorCode.LIMIT_EXCEEDED,
                    "namespace",
                    "the namespace has more than " + DomainLimits.SIMULATION_SHARDS_MAX + " shards",
                    "simulate a smaller namespace"));
        }
        return new QueryResult.Answered(
                new Simulation(strategy.orElseThrow(), candidates, request.getNamespace(), shards)
                        .response(request.getChangesOnly()));
    }

    private static List<Candidate> given(List<SimulationNode> nodes, Check check) {
        check.atMost(DomainLimits.SIMULATION_NODES_MAX, nodes.size(), "nodes", "elements");
        TreeSet<String> ids = new TreeSet<>();
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < nodes.size() && check.isClean(); i++) {
            SimulationNode node = nodes.get(i);
            String field = "nodes[" + i + "]";
            double weight = node.getWeight() == 0 ? 1 : node.getWeight();
            check.id(field + ".nodeId", node.getNodeId())
                    .number(field + ".weight", weight, WEIGHT_MIN, WEIGHT_MAX)
                    .text(field + ".region", node.getRegion())
                    .text(field + ".zone", node.getZone())
                    .that(
                            ids.add(node.getNodeId()),
                            field + ".nodeId",
                            "two nodes are called " + Check.shown(node.getNodeId()),
                            "name each once");
            candidates.add(new Candidate(node.getNodeId(), weight, node.getRegion(), node.getZone()));
        }
        candidates.sort(Comparator.comparing(Candidate::id));
        return candidates;
    }

    /** The peers that take shards, in order of id; one more than allowed at most. */
    private static List<Candidate> registered(StoreView view) {
        List<Candidate> candidates = new ArrayList<>();
        try (Cursor cursor = Range.kind(RowKeys.PEER).scan(view)) {
            while (cursor.next() && candidates.size() <= DomainLimits.SIMULATION_NODES_MAX) {
                Peer peer = Bytes.parse(Peer.parser(), cursor.value());
                if (peer.getAdminState() == PeerAdminState.PEER_ADMIN_STATE_ACTIVE
                        && peer.getStatus() != PeerStatus.PEER_STATUS_LEFT) {
                    candidates.add(new Candidate(peer.getId(), weight(peer), peer.getRegion(), peer.getZone()));
                }
            }
        }
        return candidates;
    }

    /** A label that is no usable weight counts as none: labels are free text, and a simulation must not fail for one. */
    private static double weight(Peer peer) {
        try {
            double weight = Double.parseDouble(peer.getMeta().getLabelsOrDefault(WEIGHT_LABEL, "1"));
            return weight >= WEIGHT_MIN && weight <= WEIGHT_MAX ? weight : 1;
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** In order of id; one more than allowed at most. */
    private static List<Shard> shards(StoreView view, String namespace) {
        List<Shard> shards = new ArrayList<>();
        try (Cursor cursor = Range.prefix(Tables.RECORDS, ShardKind.namespacePrefix(namespace))
                .scan(view)) {
            while (cursor.next() && shards.size() <= DomainLimits.SIMULATION_SHARDS_MAX) {
                shards.add(Bytes.parse(Shard.parser(), cursor.value()));
            }
        }
        return shards;
    }
}
