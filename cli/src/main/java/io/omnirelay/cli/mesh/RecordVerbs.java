package io.omnirelay.cli.mesh;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.client.CallSettings;
import io.meshkit.client.MeshKitClient;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterServiceGrpc;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.CreateClusterRequest;
import io.meshkit.v1.GetClusterRequest;
import io.meshkit.v1.GetClusterResponse;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.ListClustersRequest;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.UpdateClusterRequest;
import io.meshkit.v1.UpdatePeerRequest;
import io.meshkit.v1.UpsertShardRequest;
import io.omnirelay.cli.file.RecordKind;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The verbs by which whole records are put into the registry and taken out of it. Thread-safe. */
final class RecordVerbs {
    private static final PageRequest PAGE =
            PageRequest.newBuilder().setSize(500).build();

    /**
     * What became of a record.
     *
     * @param changed false: it already was so
     * @param created it did not exist before
     */
    record Outcome(boolean changed, boolean created) {}

    private final MeshKitClient client;
    private final CallSettings settings;

    RecordVerbs(MeshKitClient client, CallSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** Creates the record; fails with ALREADY_EXISTS if there is another of its name. Shards are replaced, config is merged. */
    CompletableFuture<Outcome> create(Message record, MutationOptions options) {
        return switch (record) {
            case Cluster cluster ->
                send(
                        ClusterServiceGrpc.getCreateClusterMethod(),
                        CreateClusterRequest.newBuilder()
                                .setCluster(cluster)
                                .setOptions(options)
                                .build());
            case Peer peer ->
                send(
                        PeerServiceGrpc.getRegisterPeerMethod(),
                        RegisterPeerRequest.newBuilder()
                                .setPeer(peer)
                                .setOptions(options)
                                .build());
            case Shard shard ->
                send(
                        ShardServiceGrpc.getUpsertShardMethod(),
                        UpsertShardRequest.newBuilder()
                                .setShard(shard)
                                .setOptions(options)
                                .build());
            case ConfigDocument config ->
                send(
                        ConfigServiceGrpc.getPatchConfigMethod(),
                        PatchConfigRequest.newBuilder()
                                .setName(config.getName())
                                .setPatch(config.getDocument())
                                .setOptions(options)
                                .build());
            default ->
                throw new IllegalArgumentException(record.getDescriptorForType().getFullName());
        };
    }

    /** Makes an existing cluster or peer equal to the record. Its state as ACTIVE is promote's business. */
    CompletableFuture<Outcome> update(Message record, MutationOptions options) {
        return switch (record) {
            case Cluster cluster -> {
                Masks mask = new Masks(
                        cluster.getState() == ClusterState.CLUSTER_STATE_ACTIVE
                                ? cluster.toBuilder().clearState().build()
                                : cluster);
                yield send(
                        ClusterServiceGrpc.getUpdateClusterMethod(),
                        UpdateClusterRequest.newBuilder()
                                .setCluster(cluster)
                                .setUpdateMask(mask.build())
                                .setOptions(options)
                                .build());
            }
            case Peer peer ->
                send(
                        PeerServiceGrpc.getUpdatePeerMethod(),
                        UpdatePeerRequest.newBuilder()
                                .setPeer(peer)
                                .setUpdateMask(new Masks(peer).build())
                                .setOptions(options)
                                .build());
            default -> create(record, options);
        };
    }

    /** The registry's cluster or peer of the record's name: the kinds whose creation can meet another. */
    CompletableFuture<? extends Message> get(Message record) {
        return switch (record) {
            case Cluster cluster ->
                client.callAsync(
                                ClusterServiceGrpc.getGetClusterMethod(),
                                GetClusterRequest.newBuilder()
                                        .setId(cluster.getId())
                                        .build(),
                                settings)
                        .thenApply(GetClusterResponse::getCluster);
            case Peer peer ->
                client.callAsync(
                                PeerServiceGrpc.getGetPeerMethod(),
                                GetPeerRequest.newBuilder().setId(peer.getId()).build(),
                                settings)
                        .thenApply(GetPeerResponse::getPeer);
            default ->
                throw new IllegalArgumentException(record.getDescriptorForType().getFullName());
        };
    }

    private <Q extends Message, R extends Message> CompletableFuture<Outcome> send(
            io.grpc.MethodDescriptor<Q, R> method, Q request) {
        return client.callAsync(method, request, settings).thenApply(RecordVerbs::outcome);
    }

    /** Reads the record and the result, which every mutation's response has, and the record's version in it. */
    private static Outcome outcome(Message response) {
        boolean changed = false;
        long version = 0;
        for (Object field : response.getAllFields().values()) {
            if (field instanceof MutationResult result) {
                changed = result.getChanged();
            } else if (field instanceof Message record) {
                FieldDescriptor meta = record.getDescriptorForType().findFieldByName("meta");
                version = meta == null ? version : ((RecordMeta) record.getField(meta)).getVersion();
            }
        }
        return new Outcome(changed, changed && version == 1);
    }

    /** All records of a kind, in order of name, fetched page by page. */
    Stream<? extends Message> all(RecordKind kind) {
        return switch (kind) {
            case CLUSTER ->
                client.pages(
                                ClusterServiceGrpc.getListClustersMethod(),
                                ListClustersRequest.newBuilder().setPage(PAGE).build(),
                                settings)
                        .records(Cluster.class);
            case PEER ->
                client.pages(
                                PeerServiceGrpc.getListPeersMethod(),
                                ListPeersRequest.newBuilder().setPage(PAGE).build(),
                                settings)
                        .records(Peer.class);
            case SHARD ->
                client.pages(
                                ShardServiceGrpc.getListShardsMethod(),
                                ListShardsRequest.newBuilder().setPage(PAGE).build(),
                                settings)
                        .records(Shard.class);
            case CONFIG ->
                client.pages(
                                ConfigServiceGrpc.getListConfigMethod(),
                                ListConfigRequest.newBuilder().setPage(PAGE).build(),
                                settings)
                        .records(ConfigDocument.class);
        };
    }
}
