package io.meshkit.bench.run;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.client.CallSettings;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.Reply;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.UpsertShardRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The works as calls of the public SDK. Thread-safe. */
final class RegistryWorks {
    private static final int PAGE_SIZE = 500;
    private static final int LIST_PAGES = 2;
    private static final int MIXED_READS_PER_PUT = 4;

    private final MeshKitClient client;
    private final CallSettings settings;
    private final Dataset dataset;
    /** Starts at the clock: values differ from those of earlier runs. */
    private final AtomicLong stamp = new AtomicLong(System.currentTimeMillis() << 20);

    RegistryWorks(MeshKitClient client, CallSettings settings, Dataset dataset) {
        this.client = client;
        this.settings = settings;
        this.dataset = dataset;
    }

    AsyncOperation of(Work work) {
        return switch (work) {
            case PUT -> sequence -> put(anyKey());
            case READ_LINEARIZABLE -> sequence -> read(anyKey(), ReadLevel.READ_LEVEL_LINEARIZABLE);
            case READ_LOCAL -> sequence -> read(anyKey(), ReadLevel.READ_LEVEL_LOCAL);
            case LIST -> sequence -> list("", LIST_PAGES, 0);
            case MIXED ->
                sequence -> sequence % (MIXED_READS_PER_PUT + 1) == 0
                        ? put(anyKey())
                        : read(anyKey(), ReadLevel.READ_LEVEL_LINEARIZABLE);
        };
    }

    private int anyKey() {
        return ThreadLocalRandom.current().nextInt(dataset.keys());
    }

    CompletableFuture<Integer> put(int key) {
        return retriesOf(
                ShardServiceGrpc.getUpsertShardMethod(),
                UpsertShardRequest.newBuilder()
                        .setShard(dataset.shard(key, stamp.getAndIncrement()))
                        .build());
    }

    CompletableFuture<Integer> delete(int key) {
        return retriesOf(
                ShardServiceGrpc.getDeleteShardMethod(),
                DeleteShardRequest.newBuilder()
                        .setNamespace(dataset.namespace())
                        .setShardId(dataset.shardId(key))
                        .build());
    }

    private CompletableFuture<Integer> read(int key, ReadLevel level) {
        return retriesOf(
                ShardServiceGrpc.getGetShardMethod(),
                GetShardRequest.newBuilder()
                        .setRead(ReadOptions.newBuilder().setLevel(level))
                        .setNamespace(dataset.namespace())
                        .setShardId(dataset.shardId(key))
                        .build());
    }

    private CompletableFuture<Integer> list(String cursor, int pages, int retries) {
        ListShardsRequest request = ListShardsRequest.newBuilder()
                .setNamespace(dataset.namespace())
                .setPage(PageRequest.newBuilder().setSize(PAGE_SIZE).setCursor(cursor))
                .build();
        return client.exchangeAsync(ShardServiceGrpc.getListShardsMethod(), request, settings)
                .thenCompose(reply -> {
                    ListShardsResponse page = reply.response();
                    int retried = retries + retriesOf(reply);
                    return pages == 1 || page.getNextCursor().isEmpty()
                            ? CompletableFuture.completedFuture(retried)
                            : list(page.getNextCursor(), pages - 1, retried);
                });
    }

    private <Q extends Message, R extends Message> CompletableFuture<Integer> retriesOf(
            MethodDescriptor<Q, R> method, Q request) {
        return client.exchangeAsync(method, request, settings).thenApply(RegistryWorks::retriesOf);
    }

    private static int retriesOf(Reply<?> reply) {
        return reply.info().attempts() - 1;
    }
}
