package io.omnirelay.cli.mesh;

import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.DiffShardsRequest;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.GetShardResponse;
import io.meshkit.v1.ListShardHistoryRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.SetShardStatusRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.ShardHistory;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.SimulateShardsRequest;
import io.meshkit.v1.UpsertShardRequest;
import io.omnirelay.cli.output.Names;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh shards}. */
@Command(name = "shards", description = "Who owns which part of a namespace.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent and the parameters are set by picocli.
final class ShardsCommand {

    @ParentCommand
    MeshCommand mesh;

    /** Which shard. */
    static final class ShardId {
        @Parameters(index = "0", paramLabel = "NAMESPACE", description = "The shard's namespace.")
        String namespace;

        @Parameters(index = "1", paramLabel = "SHARD", description = "The shard's id in it.")
        String shard;

        String name() {
            return namespace + "/" + shard;
        }
    }

    /** Of every change that a former owner must not make. */
    static final class EpochFlag {
        @Option(
                names = "--expected-epoch",
                paramLabel = "N",
                description = "Refuse unless this is the shard's owner epoch.")
        long expected;
    }

    @Command(description = "Lists shards in order of namespace and id.")
    int list(
            @Mixin ListFlags flags,
            @Mixin SortFlag sort,
            @Mixin WatchFlag watch,
            @Option(
                            names = {"-n", "--namespace"},
                            paramLabel = "NAMESPACE")
                    @Nullable
                    String namespace,
            @Option(names = "--owner", paramLabel = "PEER") @Nullable String owner,
            @Option(
                            names = "--status",
                            paramLabel = "STATUS",
                            split = ",",
                            description = "active, draining, paused, disabled.")
                    @Nullable
                    List<String> statuses,
            @Option(
                            names = {"-l", "--selector"},
                            paramLabel = "SELECTOR",
                            description = "By labels: key=value, key!=value, key, !key, joined by commas.")
                    @Nullable
                    String selector,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id.") @Nullable String search) {
        ListShardsRequest request = ListShardsRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                .setOrderBy(sort.by)
                .setNamespace(Texts.of(namespace))
                .setOwnerNodeId(Texts.of(owner))
                .addAllStatusesValue(Texts.numbers(ShardStatus.getDescriptor(), statuses))
                .setLabelSelector(Texts.of(selector))
                .setSearch(Texts.of(search))
                .build();
        if (watch.on) {
            return mesh.watch(request, Watched.SHARDS, flags);
        }
        return mesh.list(ShardServiceGrpc.getListShardsMethod(), request, Shard.class, Tables.SHARDS, flags);
    }

    @Command(description = "Shows one shard.")
    int get(@Mixin ShardId id) {
        return mesh.show(
                ShardServiceGrpc.getGetShardMethod(),
                GetShardRequest.newBuilder()
                        .setNamespace(id.namespace)
                        .setShardId(id.shard)
                        .build(),
                GetShardResponse::getShard);
    }

    @Command(description = "Lists what became of shards between two revisions, oldest first.")
    int diff(
            @Mixin ListFlags flags,
            @Option(names = "--from", paramLabel = "REVISION", description = "Changes after it; default: all kept.")
                    long from,
            @Option(names = "--to", paramLabel = "REVISION", description = "Inclusive; default: the newest.") long to,
            @Option(
                            names = {"-n", "--namespace"},
                            paramLabel = "NAMESPACE")
                    @Nullable
                    String namespace,
            @Option(names = "--owner", paramLabel = "PEER", description = "Before or after the change.") @Nullable
                    String owner) {
        return mesh.list(
                ShardServiceGrpc.getDiffShardsMethod(),
                DiffShardsRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setFromVersion(from)
                        .setToVersion(to)
                        .setNamespace(Texts.of(namespace))
                        .setOwnerNodeId(Texts.of(owner))
                        .build(),
                ShardDiff.class,
                Tables.DIFFS,
                flags);
    }

    @Command(description = "Lists the changes of one shard, oldest first.")
    int history(@Mixin ShardId id, @Mixin ListFlags flags) {
        return mesh.list(
                ShardServiceGrpc.getListShardHistoryMethod(),
                ListShardHistoryRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setNamespace(id.namespace)
                        .setShardId(id.shard)
                        .build(),
                ShardHistory.class,
                Tables.HISTORY,
                flags);
    }

    @Command(
            description = "Shows who would own the shards of a namespace by a strategy; changes nothing.",
            footer = {
                "",
                "Without --sim-node the active peers are taken, each with the weight of its label meshkit.io/weight."
            })
    int simulate(
            @Option(
                            names = {"-n", "--namespace"},
                            required = true,
                            paramLabel = "NAMESPACE")
                    String namespace,
            @Option(
                            names = "--strategy",
                            paramLabel = "ID",
                            description = "rendezvous (default), weighted-rendezvous, bounded-rendezvous, ring,"
                                    + " locality.")
                    @Nullable
                    String strategy,
            @Option(
                            names = "--sim-node",
                            paramLabel = "ID[=WEIGHT][@REGION[/ZONE]]",
                            description = "A node to simulate with. Repeatable.")
                    @Nullable
                    List<String> nodes,
            @Option(names = "--changes-only", description = "Leave out the shards whose owner stays.")
                    boolean changesOnly) {
        SimulateShardsRequest.Builder request = SimulateShardsRequest.newBuilder()
                .setNamespace(namespace)
                .setStrategyId(Texts.of(strategy))
                .setChangesOnly(changesOnly);
        if (nodes != null) {
            nodes.forEach(node -> request.addNodes(SimulationView.node(node)));
        }
        return mesh.view(
                ShardServiceGrpc.getSimulateShardsMethod(),
                request.build(),
                response -> SimulationView.print(response, mesh.streams()));
    }

    @Command(description = "Creates a shard, or replaces it: what is not given becomes empty.")
    int upsert(
            @Mixin ShardId id,
            @Option(names = "--file", paramLabel = "FILE", description = "The fields from YAML or JSON.") @Nullable
                    String file,
            @Option(names = "--strategy", paramLabel = "ID", description = "rendezvous, ring, locality, …") @Nullable
                    String strategy,
            @Option(names = "--owner", paramLabel = "PEER") @Nullable String owner,
            @Option(names = "--leader", paramLabel = "PEER") @Nullable String leader,
            @Option(names = "--capacity", paramLabel = "NUMBER") @Nullable Double capacity,
            @Option(names = "--status", paramLabel = "STATUS", description = "active, draining, paused, disabled.")
                    @Nullable
                    String status,
            @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Repeatable.") @Nullable
                    Map<String, String> labels,
            @Mixin EpochFlag epoch,
            @Mixin MutationFlags flags) {
        Shard.Builder shard = Shard.newBuilder();
        Texts.merge(file, shard, mesh.streams());
        shard.setNamespace(id.namespace).setShardId(id.shard);
        if (strategy != null) {
            shard.setStrategyId(strategy);
        }
        if (owner != null) {
            shard.setOwnerNodeId(owner);
        }
        if (leader != null) {
            shard.setLeaderId(leader);
        }
        if (capacity != null) {
            shard.setCapacityHint(capacity);
        }
        if (status != null) {
            shard.setStatusValue(status(status));
        }
        if (labels != null) {
            shard.getMetaBuilder().putAllLabels(labels);
        }
        return mesh.mutate(
                ShardServiceGrpc.getUpsertShardMethod(),
                UpsertShardRequest.newBuilder()
                        .setShard(shard)
                        .setExpectedOwnerEpoch(epoch.expected)
                        .build(),
                flags);
    }

    @Command(description = "Gives a shard to a peer.")
    int assign(
            @Mixin ShardId id,
            @Option(names = "--owner", required = true, paramLabel = "PEER", description = "Empty takes it away.")
                    String owner,
            @Option(names = "--leader", paramLabel = "PEER") @Nullable String leader,
            @Mixin EpochFlag epoch,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                ShardServiceGrpc.getAssignShardMethod(),
                AssignShardRequest.newBuilder()
                        .setNamespace(id.namespace)
                        .setShardId(id.shard)
                        .setOwnerNodeId(owner)
                        .setLeaderId(Texts.of(leader))
                        .setExpectedOwnerEpoch(epoch.expected)
                        .build(),
                flags);
    }

    @Command(name = "set-status", description = "Activates, drains, pauses or disables a shard.")
    int setStatus(
            @Mixin ShardId id,
            @Parameters(index = "2", paramLabel = "STATUS", description = "active, draining, paused, disabled.")
                    String status,
            @Mixin EpochFlag epoch,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                ShardServiceGrpc.getSetShardStatusMethod(),
                SetShardStatusRequest.newBuilder()
                        .setNamespace(id.namespace)
                        .setShardId(id.shard)
                        .setStatusValue(status(status))
                        .setExpectedOwnerEpoch(epoch.expected)
                        .build(),
                flags);
    }

    @Command(description = "Deletes a shard.")
    int delete(@Mixin ShardId id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                ShardServiceGrpc.getDeleteShardMethod(),
                DeleteShardRequest.newBuilder()
                        .setNamespace(id.namespace)
                        .setShardId(id.shard)
                        .build(),
                flags,
                "delete",
                id.name());
    }

    private static int status(String name) {
        return Names.parse(ShardStatus.getDescriptor(), name).getNumber();
    }
}
