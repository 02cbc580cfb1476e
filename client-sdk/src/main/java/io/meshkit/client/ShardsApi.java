package io.meshkit.client;

import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.ListShardHistoryRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.SetShardStatusRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardHistory;
import io.meshkit.v1.ShardMutationResponse;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.UpsertShardRequest;
import java.util.stream.Stream;

/** The verbs of shards. */
public final class ShardsApi {
    private final MeshKitClient client;

    ShardsApi(MeshKitClient client) {
        this.client = client;
    }

    public Shard get(String namespace, String shardId) {
        return client.call(
                        ShardServiceGrpc.getGetShardMethod(),
                        GetShardRequest.newBuilder()
                                .setNamespace(namespace)
                                .setShardId(shardId)
                                .build())
                .getShard();
    }

    /** All that match, in order of namespace and shard id, fetched page by page. */
    public Stream<Shard> list(ListShardsRequest request) {
        return client.pages(ShardServiceGrpc.getListShardsMethod(), request).records(Shard.class);
    }

    /** The changes of one shard, oldest first, fetched page by page. */
    public Stream<ShardHistory> history(ListShardHistoryRequest request) {
        return client.pages(ShardServiceGrpc.getListShardHistoryMethod(), request)
                .records(ShardHistory.class);
    }

    public ShardMutationResponse upsert(Shard shard, MutationOptions options) {
        return client.call(
                ShardServiceGrpc.getUpsertShardMethod(),
                UpsertShardRequest.newBuilder()
                        .setShard(shard)
                        .setOptions(options)
                        .build());
    }

    public ShardMutationResponse assign(AssignShardRequest request) {
        return client.call(ShardServiceGrpc.getAssignShardMethod(), request);
    }

    public ShardMutationResponse setStatus(SetShardStatusRequest request) {
        return client.call(ShardServiceGrpc.getSetShardStatusMethod(), request);
    }

    public ShardMutationResponse delete(String namespace, String shardId, MutationOptions options) {
        return client.call(
                ShardServiceGrpc.getDeleteShardMethod(),
                DeleteShardRequest.newBuilder()
                        .setNamespace(namespace)
                        .setShardId(shardId)
                        .setOptions(options)
                        .build());
    }
}
