package io.omnirelay.cli.mesh;

import io.meshkit.v1.ChangeKind;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterServiceGrpc;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.CreateClusterRequest;
import io.meshkit.v1.DeleteClusterRequest;
import io.meshkit.v1.DemoteClusterRequest;
import io.meshkit.v1.GetClusterRequest;
import io.meshkit.v1.GetClusterResponse;
import io.meshkit.v1.ListClustersRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PromoteClusterRequest;
import io.meshkit.v1.UpdateClusterRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh clusters}. */
@Command(name = "clusters", description = "The clusters of the mesh.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class ClustersCommand {
    private static final String ID = "The cluster's id.";

    @ParentCommand
    MeshCommand mesh;

    /** Of promote and demote. */
    static final class FailoverFlags {
        @Option(names = "--emergency", description = "Not planned: recorded as an emergency.")
        boolean emergency;

        @Option(
                names = "--expected-epoch",
                paramLabel = "N",
                description = "Refuse unless this is the mesh's failover epoch.")
        long expectedEpoch;

        ChangeKind kind() {
            return emergency ? ChangeKind.CHANGE_KIND_EMERGENCY : ChangeKind.CHANGE_KIND_PLANNED;
        }
    }

    @Command(description = "Lists clusters in order of id.")
    int list(
            @Mixin ListFlags flags,
            @Mixin SortFlag sort,
            @Mixin WatchFlag watch,
            @Option(
                            names = {"-l", "--selector"},
                            paramLabel = "SELECTOR",
                            description = "By labels: key=value, key!=value, key, !key, joined by commas.")
                    @Nullable
                    String selector,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            split = ",",
                            description = "active, passive, draining, maintenance.")
                    @Nullable
                    List<String> states,
            @Option(names = "--region", paramLabel = "REGION") @Nullable String region,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id.") @Nullable String search) {
        ListClustersRequest request = ListClustersRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                .setOrderBy(sort.by)
                .setLabelSelector(Texts.of(selector))
                .addAllStatesValue(Texts.numbers(ClusterState.getDescriptor(), states))
                .setRegion(Texts.of(region))
                .setSearch(Texts.of(search))
                .build();
        if (watch.on) {
            return mesh.watch(request, Watched.CLUSTERS, flags);
        }
        return mesh.list(ClusterServiceGrpc.getListClustersMethod(), request, Cluster.class, Tables.CLUSTERS, flags);
    }

    @Command(description = "Shows one cluster.")
    int get(@Parameters(paramLabel = "ID", description = ID) String id) {
        return mesh.show(
                ClusterServiceGrpc.getGetClusterMethod(),
                GetClusterRequest.newBuilder().setId(id).build(),
                GetClusterResponse::getCluster);
    }

    @Command(description = "Creates a cluster. Needs --ticket.")
    int create(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin ClusterFields fields,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                ClusterServiceGrpc.getCreateClusterMethod(),
                CreateClusterRequest.newBuilder()
                        .setCluster(fields.cluster(id, mesh.streams()))
                        .build(),
                flags);
    }

    @Command(description = "Changes the named fields of a cluster. Needs --ticket.")
    int update(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin ClusterFields fields,
            @Mixin MutationFlags flags) {
        Cluster cluster = fields.cluster(id, mesh.streams());
        return mesh.mutate(
                ClusterServiceGrpc.getUpdateClusterMethod(),
                UpdateClusterRequest.newBuilder()
                        .setCluster(cluster)
                        .setUpdateMask(fields.mask(cluster))
                        .build(),
                flags);
    }

    @Command(description = "Makes a passive cluster active. Needs --reason and --ticket.")
    int promote(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin FailoverFlags failover,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                ClusterServiceGrpc.getPromoteClusterMethod(),
                PromoteClusterRequest.newBuilder()
                        .setId(id)
                        .setChangeKind(failover.kind())
                        .setExpectedFailoverEpoch(failover.expectedEpoch)
                        .build(),
                flags,
                "promote",
                id);
    }

    @Command(description = "Makes an active cluster passive. Needs --reason and --ticket.")
    int demote(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin FailoverFlags failover,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                ClusterServiceGrpc.getDemoteClusterMethod(),
                DemoteClusterRequest.newBuilder()
                        .setId(id)
                        .setChangeKind(failover.kind())
                        .setExpectedFailoverEpoch(failover.expectedEpoch)
                        .build(),
                flags,
                "demote",
                id);
    }

    @Command(description = "Deletes a cluster that nothing needs. Needs --ticket.")
    int delete(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                ClusterServiceGrpc.getDeleteClusterMethod(),
                DeleteClusterRequest.newBuilder().setId(id).build(),
                flags,
                "delete",
                id);
    }
}
