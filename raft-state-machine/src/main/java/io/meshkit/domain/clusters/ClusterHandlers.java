package io.meshkit.domain.clusters;

import static io.meshkit.domain.records.ClusterKind.CLUSTER;

import io.meshkit.domain.clusters.ClusterTransitions.Verb;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.FieldMasks;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.ClusterKind;
import io.meshkit.domain.records.PeerKind;
import io.meshkit.v1.ChangeKind;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterMutationResponse;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.CreateClusterRequest;
import io.meshkit.v1.DeleteClusterRequest;
import io.meshkit.v1.DemoteClusterRequest;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.PromoteClusterRequest;
import io.meshkit.v1.UpdateClusterRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verbs on clusters. */
public final class ClusterHandlers {
    private static final List<String> UPDATABLE = List.of(
            "region",
            "state",
            "priority",
            "failover_policy",
            "replication_endpoints",
            "owners",
            "dependencies",
            "ready",
            "meta.labels",
            "meta.annotations");

    private static final ClusterMutationResponse RESPONSE = ClusterMutationResponse.getDefaultInstance();

    private ClusterHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        CLUSTER,
                        CreateClusterRequest.getDefaultInstance(),
                        RESPONSE,
                        request -> CLUSTER.refOf(request.getCluster()),
                        ClusterHandlers::checkCreate,
                        ClusterHandlers::create),
                RecordHandler.changing(
                        CLUSTER,
                        UpdateClusterRequest.getDefaultInstance(),
                        RESPONSE,
                        request -> CLUSTER.refOf(request.getCluster()),
                        ClusterHandlers::checkUpdate,
                        ClusterHandlers::update),
                RecordHandler.changing(
                        CLUSTER,
                        PromoteClusterRequest.getDefaultInstance(),
                        RESPONSE,
                        request -> CLUSTER.ref(request.getId()),
                        ClusterHandlers::checkPromote,
                        ClusterHandlers::promote),
                RecordHandler.changing(
                        CLUSTER,
                        DemoteClusterRequest.getDefaultInstance(),
                        RESPONSE,
                        request -> CLUSTER.ref(request.getId()),
                        ClusterHandlers::checkDemote,
                        ClusterHandlers::demote),
                RecordHandler.changing(
                        CLUSTER,
                        DeleteClusterRequest.getDefaultInstance(),
                        RESPONSE,
                        request -> CLUSTER.ref(request.getId()),
                        (request, check) -> check.id("id", request.getId()).requireTicket(request.getOptions()),
                        ClusterHandlers::delete));
    }

    private static void checkCreate(CreateClusterRequest request, Check check) {
        ClusterState state = request.getCluster().getState();
        ClusterChecks.descriptor(request.getCluster(), check);
        check.requireTicket(request.getOptions())
                .that(
                        state == ClusterState.CLUSTER_STATE_UNSPECIFIED
                                || state == ClusterState.CLUSTER_STATE_ACTIVE
                                || state == ClusterState.CLUSTER_STATE_PASSIVE,
                        "cluster.state",
                        "a cluster is not created " + ClusterTransitions.shown(state),
                        "create it ACTIVE or PASSIVE");
    }

    private static Decision<Cluster> create(Work work, CreateClusterRequest request, @Nullable Cluster current) {
        Cluster asked = request.getCluster();
        if (current != null) {
            // The same descriptor again is no conflict: whoever retries an import finds it done.
            Cluster again = withDefaultState(asked).toBuilder()
                    .setChangeKind(current.getChangeKind())
                    .setFailoverEpoch(current.getFailoverEpoch())
                    .build();
            return CLUSTER.sameContent(current, again)
                    ? Decision.put(again)
                    : Decision.refuse(Errors.alreadyExists(
                            "cluster", current.getId(), current.getMeta().getModRevision(), "update it instead"));
        }
        ErrorDetail missing = missingDependency(work, asked);
        if (missing != null) {
            return Decision.refuse(missing);
        }
        Cluster.Builder cluster =
                withDefaultState(asked).toBuilder().clearChangeKind().clearFailoverEpoch();
        if (asked.getState() != ClusterState.CLUSTER_STATE_ACTIVE) {
            return Decision.put(cluster.build());
        }
        long epoch = work.failoverEpoch() + 1;
        return new Decision.Put<>(cluster.setFailoverEpoch(epoch).build(), epoch);
    }

    private static Cluster withDefaultState(Cluster asked) {
        return asked.getState() == ClusterState.CLUSTER_STATE_UNSPECIFIED
                ? asked.toBuilder().setState(ClusterState.CLUSTER_STATE_PASSIVE).build()
                : asked;
    }

    private static void checkUpdate(UpdateClusterRequest request, Check check) {
        FieldMasks.check(check, "cluster", request.getUpdateMask(), UPDATABLE);
        List<String> paths = request.getUpdateMask().getPathsList();
        Cluster cluster = request.getCluster();
        ClusterChecks.given(cluster, check);
        if (paths.contains("region")) {
            check.required("cluster.region", cluster.getRegion(), "name the region");
        }
        if (paths.contains("owners")) {
            ClusterChecks.owners(cluster, check);
        }
        if (paths.contains("state")) {
            check.known("cluster.state", cluster.getState());
        }
        check.requireTicket(request.getOptions());
    }

    private static Decision<Cluster> update(Work work, UpdateClusterRequest request, Cluster current) {
        Cluster.Builder cluster = current.toBuilder();
        FieldMasks.copy(request.getUpdateMask(), request.getCluster(), cluster);
        ErrorDetail refusal = ClusterTransitions.refusal(work.view(), current, cluster.getState(), Verb.UPDATE);
        if (refusal == null) {
            refusal = missingDependency(work, cluster.build());
        }
        if (refusal != null) {
            return Decision.refuse(refusal);
        }
        if (cluster.getState() != current.getState()) {
            cluster.setChangeKind(ChangeKind.CHANGE_KIND_PLANNED);
        }
        return Decision.put(cluster.build());
    }

    private static void checkPromote(PromoteClusterRequest request, Check check) {
        check.id("id", request.getId())
                .requireReason(request.getOptions())
                .requireTicket(request.getOptions())
                .epoch("expectedFailoverEpoch", request.getExpectedFailoverEpoch());
        ClusterChecks.changeKind(request.getChangeKind(), check);
    }

    private static Decision<Cluster> promote(Work work, PromoteClusterRequest request, Cluster current) {
        ErrorDetail refusal = staleEpoch(work, request.getExpectedFailoverEpoch());
        if (refusal == null) {
            refusal = ClusterTransitions.refusal(work.view(), current, ClusterState.CLUSTER_STATE_ACTIVE, Verb.PROMOTE);
        }
        if (refusal != null) {
            return Decision.refuse(refusal);
        }
        if (current.getState() == ClusterState.CLUSTER_STATE_ACTIVE) {
            return Decision.put(current);
        }
        long epoch = work.failoverEpoch() + 1;
        Cluster promoted = current.toBuilder()
                .setState(ClusterState.CLUSTER_STATE_ACTIVE)
                .setChangeKind(plannedUnlessSaid(request.getChangeKind()))
                .setFailoverEpoch(epoch)
                .build();
        return new Decision.Put<>(promoted, epoch);
    }

    private static void checkDemote(DemoteClusterRequest request, Check check) {
        check.id("id", request.getId())
                .requireReason(request.getOptions())
                .requireTicket(request.getOptions())
                .epoch("expectedFailoverEpoch", request.getExpectedFailoverEpoch());
        ClusterChecks.changeKind(request.getChangeKind(), check);
    }

    private static Decision<Cluster> demote(Work work, DemoteClusterRequest request, Cluster current) {
        ErrorDetail refusal = staleEpoch(work, request.getExpectedFailoverEpoch());
        if (refusal == null) {
            refusal = ClusterTransitions.refusal(work.view(), current, ClusterState.CLUSTER_STATE_PASSIVE, Verb.DEMOTE);
        }
        if (refusal != null) {
            return Decision.refuse(refusal);
        }
        if (current.getState() == ClusterState.CLUSTER_STATE_PASSIVE) {
            return Decision.put(current);
        }
        return Decision.put(current.toBuilder()
                .setState(ClusterState.CLUSTER_STATE_PASSIVE)
                .setChangeKind(plannedUnlessSaid(request.getChangeKind()))
                .build());
    }

    private static Decision<Cluster> delete(Work work, DeleteClusterRequest request, Cluster current) {
        String id = current.getId();
        if (current.getState() == ClusterState.CLUSTER_STATE_ACTIVE) {
            return Decision.refuse(Errors.precondition("cluster " + id + " is ACTIVE", "demote or drain it first"));
        }
        int peers = Rows.count(work.view(), PeerKind.byClusterPrefix(id));
        if (peers > 0) {
            return Decision.refuse(Errors.precondition(
                    "cluster " + id + " has " + Rows.shown(peers) + " peers",
                    "deregister its peers or move them to another cluster first"));
        }
        int dependents = Rows.count(work.view(), ClusterKind.byDependencyPrefix(id));
        if (dependents > 0) {
            return Decision.refuse(Errors.precondition(
                    Rows.shown(dependents) + " clusters depend on cluster " + id,
                    "remove it from their dependencies first"));
        }
        return Decision.remove();
    }

    private static ChangeKind plannedUnlessSaid(ChangeKind kind) {
        return kind == ChangeKind.CHANGE_KIND_UNSPECIFIED ? ChangeKind.CHANGE_KIND_PLANNED : kind;
    }

    private static @Nullable ErrorDetail staleEpoch(Work work, long expected) {
        return expected == 0 || expected == work.failoverEpoch()
                ? null
                : Errors.staleFence("the mesh's failover epoch", expected, work.failoverEpoch());
    }

    private static @Nullable ErrorDetail missingDependency(Work work, Cluster cluster) {
        for (String dependency : cluster.getDependenciesList()) {
            if (!CLUSTER.exists(work.view(), CLUSTER.ref(dependency))) {
                return Errors.missingReference(
                        "cluster.dependencies", "cluster", dependency, "create it first or leave it out");
            }
        }
        return null;
    }
}
