package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.SimulateShardsRequest;
import io.meshkit.v1.SimulateShardsResponse;
import io.meshkit.v1.SimulatedAssignment;
import io.meshkit.v1.SimulatedLoad;
import io.meshkit.v1.SimulationNode;
import io.meshkit.v1.UpsertShardRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulationQueriesTest {
    private final Registry registry = new Registry();

    @BeforeEach
    void fill() {
        for (String id : new String[] {"a", "b", "c"}) {
            registry.mutate(RegisterPeerRequest.newBuilder()
                    .setPeer(Peer.newBuilder().setId(id).setRole("worker").setRegion("eu"))
                    .build());
        }
        for (int i = 0; i < 60; i++) {
            registry.mutate(UpsertShardRequest.newBuilder()
                    .setShard(Shard.newBuilder()
                            .setNamespace("ns")
                            .setShardId("s" + i)
                            .setOwnerNodeId("a")
                            .setCapacityHint(2))
                    .build());
        }
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static SimulateShardsRequest.Builder request() {
        return SimulateShardsRequest.newBuilder().setNamespace("ns");
    }

    private SimulateShardsResponse simulate(SimulateShardsRequest.Builder request) {
        return registry.query(request.build(), SimulateShardsResponse.class);
    }

    @Test
    void simulate_withoutNodes_takesTheActivePeers() {
        registry.mutate(CordonPeerRequest.newBuilder().setId("c").build());

        SimulateShardsResponse response = simulate(request());

        assertThat(response.getStrategyId()).isEqualTo("rendezvous");
        assertThat(response.getLoadsList()).extracting(SimulatedLoad::getNodeId).containsExactly("a", "b");
        assertThat(response.getAssignmentsList())
                .hasSize(60)
                .extracting(SimulatedAssignment::getProposedOwnerNodeId)
                .containsOnly("a", "b");
    }

    @Test
    void simulate_anyStrategy_accountsForEveryShard() {
        SimulateShardsResponse response = simulate(request().setStrategyId("bounded-rendezvous"));

        assertThat(response.getShards()).isEqualTo(60);
        assertThat(response.getLoadsList().stream()
                        .mapToLong(SimulatedLoad::getProposedShards)
                        .sum())
                .isEqualTo(60);
        assertThat(response.getLoads(0).getCurrentShards()).isEqualTo(60);
        assertThat(response.getLoads(0).getCurrentCapacity()).isEqualTo(120.0);
        assertThat(response.getLoadsList()).allMatch(load -> load.getFairShards() == 20.0);
        long movedFromA = 60 - response.getLoads(0).getProposedShards();
        assertThat(response.getMovedShards()).isEqualTo(movedFromA).isEqualTo(response.getMovedShardsMin());
    }

    @Test
    void simulate_changesOnly_leavesOutWhatStays() {
        SimulateShardsResponse all = simulate(request());
        SimulateShardsResponse changes = simulate(request().setChangesOnly(true));

        assertThat(changes.getAssignmentsList())
                .isEqualTo(all.getAssignmentsList().stream()
                        .filter(SimulatedAssignment::getChangesOwner)
                        .toList())
                .hasSize((int) all.getMovedShards());
        assertThat(changes.getLoadsList()).isEqualTo(all.getLoadsList());
    }

    @Test
    void simulate_localityLabel_isTheHint() {
        registry.mutate(UpsertShardRequest.newBuilder()
                .setShard(Shard.newBuilder()
                        .setNamespace("near")
                        .setShardId("s")
                        .setMeta(RecordMeta.newBuilder().putLabels("meshkit.io/locality", "zone:z2")))
                .build());

        SimulatedAssignment assignment = simulate(request()
                        .setNamespace("near")
                        .setStrategyId("locality")
                        .addNodes(SimulationNode.newBuilder().setNodeId("x").setZone("z1"))
                        .addNodes(SimulationNode.newBuilder().setNodeId("y").setZone("z2")))
                .getAssignments(0);

        assertThat(assignment.getProposedOwnerNodeId()).isEqualTo("y");
        assertThat(assignment.getLocalityHint()).isEqualTo("zone:z2");
    }

    @Test
    void simulate_writesNothing() {
        long revision = StateMeta.revision(registry.store);
        simulate(request());
        assertThat(StateMeta.revision(registry.store)).isEqualTo(revision);
    }

    @Test
    void simulate_badRequests_areRefusedByField() {
        assertField(request().setNamespace("").build(), "namespace", ErrorCode.INVALID_REQUEST);
        assertField(request().setStrategyId("best").build(), "strategyId", ErrorCode.INVALID_REQUEST);
        assertField(
                request()
                        .addNodes(SimulationNode.newBuilder().setNodeId("x"))
                        .addNodes(SimulationNode.newBuilder().setNodeId("x"))
                        .build(),
                "nodes[1].nodeId",
                ErrorCode.INVALID_REQUEST);
        assertField(
                request()
                        .addNodes(SimulationNode.newBuilder().setNodeId("x").setWeight(-1))
                        .build(),
                "nodes[0].weight",
                ErrorCode.INVALID_REQUEST);
        assertField(
                request()
                        .addNodes(SimulationNode.newBuilder().setNodeId("x").setWeight(Double.NaN))
                        .build(),
                "nodes[0].weight",
                ErrorCode.INVALID_REQUEST);
    }

    @Test
    void simulate_overItsLimits_isRefused() {
        SimulateShardsRequest.Builder crowd = request();
        SimulateShardsRequest.Builder heavy = request();
        for (int i = 0; i <= 1000; i++) {
            crowd.addNodes(SimulationNode.newBuilder().setNodeId("n" + i));
        }
        for (int i = 0; i < 20; i++) {
            heavy.addNodes(SimulationNode.newBuilder().setNodeId("n" + i).setWeight(1000));
        }
        assertField(crowd.build(), "nodes", ErrorCode.LIMIT_EXCEEDED);
        assertField(heavy.build(), "nodes", ErrorCode.LIMIT_EXCEEDED);
    }

    private void assertField(SimulateShardsRequest request, String field, ErrorCode code) {
        ErrorDetail error = registry.refused(request);
        assertThat(error.getField()).isEqualTo(field);
        assertThat(error.getCode()).isEqualTo(code.name());
    }
}
