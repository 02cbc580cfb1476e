package io.meshkit.bench.systems;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.Reply;
import io.meshkit.client.Watch;
import io.meshkit.client.WatchListener;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import io.meshkit.v1.TransactionServiceGrpc;
import io.meshkit.v1.UpsertShardRequest;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchShardsRequest;
import io.meshkit.v1.WatchStart;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The registry through its public SDK. */
public final class MeshKitDriver implements Driver {
    private static final int TRANSACTION_OPERATIONS = 100;
    private static final int TRANSACTION_BYTES = 256 << 10;
    /** What an operation holds beside its value. */
    private static final int OPERATION_BYTES = 256;

    private final MeshKitClient client;
    private final CallSettings settings;
    private final Dataset dataset;

    /** @param client closed with this driver */
    public MeshKitDriver(MeshKitClient client, CallSettings settings, Dataset dataset) {
        this.client = client;
        this.settings = settings;
        this.dataset = dataset;
    }

    @Override
    public int keys() {
        return dataset.keys();
    }

    @Override
    public CompletableFuture<Integer> put(int key, long stamp) {
        return retriesOf(
                ShardServiceGrpc.getUpsertShardMethod(),
                UpsertShardRequest.newBuilder()
                        .setShard(dataset.shard(key, stamp))
                        .build());
    }

    /** Fewer if the values are large, so that a step stays well below the limits of a request and a transaction. */
    @Override
    public int putAllMax() {
        return putAllMax(dataset.valueBytes());
    }

    static int putAllMax(int valueBytes) {
        return Math.clamp(TRANSACTION_BYTES / (valueBytes + OPERATION_BYTES), 1, TRANSACTION_OPERATIONS);
    }

    @Override
    public CompletableFuture<Integer> putAll(int from, int to, Stamps stamps) {
        return retriesOf(TransactionServiceGrpc.getTransactMethod(), transaction(dataset, from, to, stamps));
    }

    static TransactRequest transaction(Dataset dataset, int from, int to, Stamps stamps) {
        TransactRequest.Builder transaction = TransactRequest.newBuilder();
        for (int key = from; key < to; key++) {
            transaction.addOperations(TransactionOperation.newBuilder()
                    .setUpsertShard(UpsertShardRequest.newBuilder().setShard(dataset.shard(key, stamps.next()))));
        }
        return transaction.build();
    }

    @Override
    public CompletableFuture<Integer> delete(int key) {
        return retriesOf(
                ShardServiceGrpc.getDeleteShardMethod(),
                DeleteShardRequest.newBuilder()
                        .setNamespace(dataset.namespace())
                        .setShardId(dataset.shardId(key))
                        .build());
    }

    @Override
    public CompletableFuture<Integer> readLinearizable(int key) {
        return read(key, ReadLevel.READ_LEVEL_LINEARIZABLE);
    }

    @Override
    public CompletableFuture<Integer> readLocal(int key) {
        return read(key, ReadLevel.READ_LEVEL_LOCAL);
    }

    @Override
    public boolean lists() {
        return true;
    }

    @Override
    public CompletableFuture<Integer> list() {
        return list("", LIST_RECORDS / PAGE_SIZE, 0);
    }

    @Override
    public CompletableFuture<AutoCloseable> watch(IntConsumer onKey) {
        CompletableFuture<AutoCloseable> opened = new CompletableFuture<>();
        WatchShardsRequest request = WatchShardsRequest.newBuilder()
                .setNamespace(dataset.namespace())
                .setWatch(WatchOptions.newBuilder().setStart(WatchStart.WATCH_START_NOW))
                .build();
        Following following = new Following(onKey, opened);
        following.watch = client.watch(request, following);
        return opened;
    }

    @Override
    public String leader() {
        return client.leader().orElse("");
    }

    @Override
    public boolean isMissing(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        return cause instanceof RegistryException known && known.code() == ErrorCode.NOT_FOUND;
    }

    @Override
    public void close() {
        client.close();
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
        return client.exchangeAsync(method, request, settings).thenApply(MeshKitDriver::retriesOf);
    }

    private static int retriesOf(Reply<?> reply) {
        return reply.info().attempts() - 1;
    }

    private final class Following implements WatchListener {
        private final IntConsumer onKey;
        private final CompletableFuture<AutoCloseable> opened;
        private volatile @Nullable Watch watch;

        Following(IntConsumer onKey, CompletableFuture<AutoCloseable> opened) {
            this.onKey = onKey;
            this.opened = opened;
        }

        @Override
        public void onMessage(WatchResponse message) {
            if (message.hasSynced()) {
                opened.complete(this::end);
            } else if (message.hasChange()) {
                message.getChange()
                        .getEventsList()
                        .forEach(event -> onKey.accept(
                                dataset.keyOf(event.getRecord().getShard().getShardId())));
            }
        }

        @Override
        public void onClosed(@Nullable RegistryException failure) {
            opened.completeExceptionally(failure == null ? new IllegalStateException("the watch was closed") : failure);
        }

        private void end() {
            Watch running = watch;
            if (running != null) {
                running.close();
            }
        }
    }
}
