package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.ALREADY_EXISTS;
import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.NOT_FOUND;
import static io.meshkit.api.ErrorCode.PRECONDITION_FAILED;
import static io.meshkit.api.ErrorCode.REVISION_MISMATCH;
import static io.meshkit.api.ErrorCode.STALE_FENCING_TOKEN;
import static io.meshkit.v1.ClusterState.CLUSTER_STATE_ACTIVE;
import static io.meshkit.v1.ClusterState.CLUSTER_STATE_DRAINING;
import static io.meshkit.v1.ClusterState.CLUSTER_STATE_MAINTENANCE;
import static io.meshkit.v1.ClusterState.CLUSTER_STATE_PASSIVE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.v1.ChangeKind;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.FailoverMode;
import io.meshkit.v1.FailoverPolicy;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterHandlersTest {
    private static final Message ACTIVE = Make.create("c", CLUSTER_STATE_ACTIVE);
    private static final Message PASSIVE = Make.create("c", CLUSTER_STATE_PASSIVE);
    private static final Message OTHER = Make.create("o", CLUSTER_STATE_ACTIVE);
    private static final Message DRAINING = Make.state("c", CLUSTER_STATE_DRAINING);
    private static final Message MAINTENANCE = Make.state("c", CLUSTER_STATE_MAINTENANCE);

    static Stream<Refusal> refusals() {
        return Stream.of(
                Refusal.of(
                        "create: no ticket",
                        Registry.with(
                                Make.create("c", CLUSTER_STATE_PASSIVE), MutationOptions.Builder::clearChangeTicket),
                        INVALID_REQUEST,
                        "change ticket"),
                Refusal.of(
                        "create: no region",
                        Make.create(Make.descriptor("c").clearRegion().build()),
                        INVALID_REQUEST,
                        "name the region"),
                Refusal.of(
                        "create: no owner",
                        Make.create(Make.descriptor("c").clearOwners().build()),
                        INVALID_REQUEST,
                        "at least one owner"),
                Refusal.of(
                        "create: draining",
                        Make.create("c", CLUSTER_STATE_DRAINING),
                        INVALID_REQUEST,
                        "ACTIVE or PASSIVE"),
                Refusal.of(
                        "create: priority",
                        Make.create(Make.descriptor("c").setPriority(1001).build()),
                        INVALID_REQUEST,
                        "0–1000"),
                Refusal.of(
                        "create: fails over to itself",
                        Make.create(Make.descriptor("c")
                                .setFailoverPolicy(FailoverPolicy.newBuilder()
                                        .setMode(FailoverMode.FAILOVER_MODE_MANUAL)
                                        .addTargets("c"))
                                .build()),
                        INVALID_REQUEST,
                        "itself"),
                Refusal.of(
                        "create: unknown dependency",
                        Make.create(Make.descriptor("c").addDependencies("d").build()),
                        PRECONDITION_FAILED,
                        "cluster d does not exist"),
                Refusal.of(
                        "create: depends on itself",
                        Make.create(Make.descriptor("c").addDependencies("c").build()),
                        INVALID_REQUEST,
                        "itself"),
                Refusal.of(
                        "create: exists with another region",
                        Make.create(Make.descriptor("c").setRegion("us").build()),
                        ALREADY_EXISTS,
                        "update it",
                        PASSIVE),
                Refusal.of("create: exists in another state", PASSIVE, ALREADY_EXISTS, "update it", OTHER, ACTIVE),
                Refusal.of(
                        "create: unknown state",
                        Make.create(Make.descriptor("c").setStateValue(99).build()),
                        INVALID_REQUEST,
                        "cluster.state"),
                Refusal.of(
                        "update: to active",
                        Make.state("c", CLUSTER_STATE_ACTIVE),
                        PRECONDITION_FAILED,
                        "PASSIVE → ACTIVE (promote)",
                        PASSIVE),
                Refusal.of(
                        "update: active to passive",
                        Make.state("c", CLUSTER_STATE_PASSIVE),
                        PRECONDITION_FAILED,
                        "ACTIVE → PASSIVE (demote)",
                        ACTIVE,
                        OTHER),
                Refusal.of(
                        "update: passive to maintenance",
                        MAINTENANCE,
                        PRECONDITION_FAILED,
                        "PASSIVE → DRAINING (update)",
                        PASSIVE),
                Refusal.of("update: last active drains", DRAINING, PRECONDITION_FAILED, "last ACTIVE", ACTIVE),
                Refusal.of(
                        "update: no owners left",
                        Make.updateCluster(Cluster.newBuilder().setId("c").build(), "owners"),
                        INVALID_REQUEST,
                        "owner",
                        PASSIVE),
                Refusal.of(
                        "update: output only",
                        Make.updateCluster(Cluster.newBuilder().setId("c").build(), "failover_epoch"),
                        INVALID_REQUEST,
                        "allowed are region, state",
                        PASSIVE),
                Refusal.of(
                        "update: unspecified state",
                        Make.updateCluster(Cluster.newBuilder().setId("c").build(), "state"),
                        INVALID_REQUEST,
                        "cluster.state",
                        PASSIVE),
                Refusal.of("promote: missing", Make.promote("c"), NOT_FOUND, "cluster c"),
                Refusal.of(
                        "promote: no reason",
                        Registry.with(Make.promote("c"), MutationOptions.Builder::clearReason),
                        INVALID_REQUEST,
                        "options.reason",
                        PASSIVE),
                Refusal.of(
                        "promote: draining",
                        Make.promote("c"),
                        PRECONDITION_FAILED,
                        "DRAINING → PASSIVE (update)",
                        PASSIVE,
                        DRAINING),
                Refusal.of(
                        "promote: stale epoch",
                        Make.promote("c").toBuilder()
                                .setExpectedFailoverEpoch(7)
                                .build(),
                        STALE_FENCING_TOKEN,
                        "is 1, not 7",
                        OTHER,
                        PASSIVE),
                Refusal.of(
                        "promote: stale epoch, though active already",
                        Make.promote("c").toBuilder()
                                .setExpectedFailoverEpoch(7)
                                .build(),
                        STALE_FENCING_TOKEN,
                        "not 7",
                        ACTIVE),
                Refusal.of(
                        "promote: stale version",
                        Registry.with(Make.promote("c"), options -> options.setExpectedVersion(2)),
                        REVISION_MISMATCH,
                        "version is 1, not 2",
                        PASSIVE),
                Refusal.of("demote: last active", Make.demote("c"), PRECONDITION_FAILED, "promote another", ACTIVE),
                Refusal.of(
                        "demote: maintenance",
                        Make.demote("c"),
                        PRECONDITION_FAILED,
                        "MAINTENANCE → DRAINING (update)",
                        PASSIVE,
                        DRAINING,
                        MAINTENANCE),
                Refusal.of(
                        "demote: stale epoch",
                        Make.demote("c").toBuilder().setExpectedFailoverEpoch(1).build(),
                        STALE_FENCING_TOKEN,
                        "is 2, not 1",
                        ACTIVE,
                        OTHER),
                Refusal.of("delete: active", Make.deleteCluster("c"), PRECONDITION_FAILED, "is ACTIVE", ACTIVE),
                Refusal.of(
                        "delete: has peers",
                        Make.deleteCluster("c"),
                        PRECONDITION_FAILED,
                        "has 1 peers",
                        PASSIVE,
                        Make.register(
                                Peer.newBuilder().setId("p").setClusterId("c").build())),
                Refusal.of(
                        "delete: depended on",
                        Make.deleteCluster("c"),
                        PRECONDITION_FAILED,
                        "1 clusters depend on",
                        PASSIVE,
                        Make.create(Make.descriptor("d").addDependencies("c").build())));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void decide_refuses(Refusal row) {
        row.verify();
    }

    record Move(List<Message> given, Message verb, ClusterState to, boolean changed, long epoch) {}

    static Stream<Move> moves() {
        return Stream.of(
                new Move(List.of(), PASSIVE, CLUSTER_STATE_PASSIVE, true, 0),
                new Move(List.of(), Make.create(Make.descriptor("c").build()), CLUSTER_STATE_PASSIVE, true, 0),
                new Move(List.of(), ACTIVE, CLUSTER_STATE_ACTIVE, true, 1),
                new Move(List.of(OTHER), ACTIVE, CLUSTER_STATE_ACTIVE, true, 2),
                new Move(List.of(ACTIVE, OTHER), ACTIVE, CLUSTER_STATE_ACTIVE, false, 2),
                new Move(List.of(PASSIVE), Make.create(Make.descriptor("c").build()), CLUSTER_STATE_PASSIVE, false, 0),
                new Move(List.of(PASSIVE), Make.promote("c"), CLUSTER_STATE_ACTIVE, true, 1),
                new Move(List.of(ACTIVE), Make.promote("c"), CLUSTER_STATE_ACTIVE, false, 1),
                new Move(List.of(ACTIVE, OTHER), Make.demote("c"), CLUSTER_STATE_PASSIVE, true, 2),
                new Move(List.of(PASSIVE), Make.demote("c"), CLUSTER_STATE_PASSIVE, false, 0),
                new Move(List.of(ACTIVE, OTHER), DRAINING, CLUSTER_STATE_DRAINING, true, 2),
                new Move(List.of(PASSIVE), DRAINING, CLUSTER_STATE_DRAINING, true, 0),
                new Move(List.of(PASSIVE, DRAINING), DRAINING, CLUSTER_STATE_DRAINING, false, 0),
                new Move(
                        List.of(PASSIVE, DRAINING),
                        Make.state("c", CLUSTER_STATE_PASSIVE),
                        CLUSTER_STATE_PASSIVE,
                        true,
                        0),
                new Move(List.of(PASSIVE, DRAINING), MAINTENANCE, CLUSTER_STATE_MAINTENANCE, true, 0),
                new Move(List.of(PASSIVE, DRAINING, MAINTENANCE), DRAINING, CLUSTER_STATE_DRAINING, true, 0),
                new Move(List.of(ACTIVE), Make.state("c", CLUSTER_STATE_ACTIVE), CLUSTER_STATE_ACTIVE, false, 1));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void state_moves(Move row) {
        try (Registry registry = new Registry()) {
            row.given().forEach(registry::mutate);
            Registry.Answer answer = registry.mutate(row.verb());
            assertThat(answer.error()).isNull();
            assertThat(answer.<Cluster>record("cluster").getState()).isEqualTo(row.to());
            assertThat(answer.result().getChanged()).isEqualTo(row.changed());
            assertThat(StateMeta.failoverEpoch(registry.store)).isEqualTo(row.epoch());
        }
    }

    @Test
    void promote_stampsTheEpochAndTheKindOfChange() {
        try (Registry registry = new Registry()) {
            registry.mutate(OTHER);
            registry.mutate(PASSIVE);
            Cluster cluster = registry.mutate(Make.promote("c").toBuilder()
                            .setExpectedFailoverEpoch(1)
                            .setChangeKind(ChangeKind.CHANGE_KIND_EMERGENCY)
                            .build())
                    .record("cluster");
            assertThat(cluster.getFailoverEpoch()).isEqualTo(2);
            assertThat(cluster.getChangeKind()).isEqualTo(ChangeKind.CHANGE_KIND_EMERGENCY);
            assertThat(cluster.getMeta().getChangeTicket()).isEqualTo("CHG-1");
        }
    }

    @Test
    void create_ignoresOutputOnlyFields() {
        try (Registry registry = new Registry()) {
            Cluster cluster = registry.mutate(Make.create(Make.descriptor("c")
                            .setFailoverEpoch(9)
                            .setChangeKind(ChangeKind.CHANGE_KIND_EMERGENCY)
                            .build()))
                    .record("cluster");
            assertThat(cluster.getFailoverEpoch()).isZero();
            assertThat(cluster.getChangeKind()).isEqualTo(ChangeKind.CHANGE_KIND_UNSPECIFIED);
        }
    }

    @Test
    void delete_afterDemotion_frees() {
        try (Registry registry = new Registry()) {
            registry.mutate(ACTIVE);
            registry.mutate(OTHER);
            registry.mutate(Make.demote("c"));
            assertThat(registry.mutate(Make.deleteCluster("c")).error()).isNull();
            assertThat(registry.mutate(Make.demote("o")).code()).isEqualTo(PRECONDITION_FAILED);
        }
    }
}
