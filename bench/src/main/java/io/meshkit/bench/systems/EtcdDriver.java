package io.meshkit.bench.systems;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** etcd through jetcd, as it comes. */
final class EtcdDriver implements Driver {
    private static final String PREFIX = "bench/";
    /** The end of the range of all keys with the prefix. */
    private static final ByteSequence PREFIX_END = bytes("bench0");

    private static final GetOption LOCAL =
            GetOption.builder().withSerializable(true).build();

    private final Client client;
    private final KV kv;
    private final Dataset dataset;
    private final Supplier<String> leader;

    /**
     * @param endpoints URIs of the nodes that may be asked
     * @param leader    asked for the leading node's name
     */
    EtcdDriver(List<String> endpoints, Dataset dataset, Supplier<String> leader) {
        this.client =
                Client.builder().endpoints(endpoints.toArray(String[]::new)).build();
        this.kv = client.getKVClient();
        this.dataset = dataset;
        this.leader = leader;
    }

    @Override
    public int keys() {
        return dataset.keys();
    }

    @Override
    public CompletableFuture<Integer> put(int key, long stamp) {
        return kv.put(key(key), bytes(dataset.value(stamp))).thenApply(done -> 0);
    }

    @Override
    public CompletableFuture<Integer> delete(int key) {
        return kv.delete(key(key)).thenApply(done -> 0);
    }

    @Override
    public CompletableFuture<Integer> readLinearizable(int key) {
        return kv.get(key(key)).thenApply(EtcdDriver::requireOne);
    }

    @Override
    public CompletableFuture<Integer> readLocal(int key) {
        return kv.get(key(key), LOCAL).thenApply(EtcdDriver::requireOne);
    }

    @Override
    public boolean lists() {
        return true;
    }

    @Override
    public CompletableFuture<Integer> list() {
        return list(bytes(PREFIX), 0, LIST_RECORDS / PAGE_SIZE);
    }

    /** @param revision of the first page, 0 for the first page itself */
    private CompletableFuture<Integer> list(ByteSequence from, long revision, int pages) {
        GetOption page = GetOption.builder()
                .withRange(PREFIX_END)
                .withLimit(PAGE_SIZE)
                .withRevision(revision)
                .build();
        return kv.get(from, page).thenCompose(response -> {
            List<KeyValue> records = response.getKvs();
            if (pages == 1 || !response.isMore() || records.isEmpty()) {
                return CompletableFuture.completedFuture(0);
            }
            ByteSequence next = records.getLast().getKey().concat(ByteSequence.from(new byte[1]));
            return list(next, revision == 0 ? response.getHeader().getRevision() : revision, pages - 1);
        });
    }

    @Override
    public CompletableFuture<AutoCloseable> watch(IntConsumer onKey) {
        CompletableFuture<AutoCloseable> opened = new CompletableFuture<>();
        WatchOption all = WatchOption.builder()
                .withRange(PREFIX_END)
                .withCreateNotify(true)
                .build();
        // Known only when watch() has returned, while its first answer may come before.
        CompletableFuture<AutoCloseable> handle = new CompletableFuture<>();
        handle.complete(client.getWatchClient().watch(bytes(PREFIX), all, new Watch.Listener() {
            @Override
            public void onNext(WatchResponse response) {
                if (response.isCreatedNotify()) {
                    var unused = handle.thenAccept(opened::complete);
                }
                response.getEvents()
                        .forEach(event -> onKey.accept(dataset.keyOf(
                                event.getKeyValue().getKey().toString().substring(PREFIX.length()))));
            }

            @Override
            public void onError(Throwable failure) {
                opened.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                opened.completeExceptionally(new IllegalStateException("the watch ended"));
            }
        }));
        return opened;
    }

    @Override
    public String leader() {
        return leader.get();
    }

    @Override
    public boolean isMissing(Throwable failure) {
        // Deleting what is not there succeeds.
        return false;
    }

    @Override
    public void close() {
        client.close();
    }

    private ByteSequence key(int key) {
        return bytes(PREFIX + dataset.shardId(key));
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static int requireOne(GetResponse response) {
        if (response.getCount() != 1) {
            throw new IllegalStateException("the key is not there");
        }
        return 0;
    }
}
