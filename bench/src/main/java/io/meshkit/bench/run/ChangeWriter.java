package io.meshkit.bench.run;

import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Failures;
import io.meshkit.client.CallSettings;
import io.meshkit.client.MeshKitClient;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionServiceGrpc;
import io.meshkit.v1.UpsertShardRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Changes shards at a steady rate, as far as the registry keeps up: an open loop with a bound on what is under way.
 * Each change bears in its reason when it was sent. Changes go each by itself, or several in a transaction.
 */
final class ChangeWriter implements AutoCloseable {
    private static final int UNDER_WAY_MAX = 1_024;
    private static final long DEBT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final MeshKitClient client;
    private final CallSettings settings;
    private final List<Dataset> datasets;
    private final int together;
    private final long everyNanos;
    private final Semaphore slots = new Semaphore(UNDER_WAY_MAX);
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile @Nullable Throwable lastFailure;
    /** When the revisions were acknowledged, by revision modulo its length. */
    private final AtomicLongArray acknowledgedNanos = new AtomicLongArray(1 << 20);

    private final ConcurrentMap<String, Long> newest = new ConcurrentHashMap<>();

    private final Thread thread =
            Thread.ofPlatform().name("change-writer").daemon().unstarted(this::run);
    private volatile boolean running = true;

    /**
     * @param datasets  of as many keys each; changed in turn
     * @param perSecond changes, ≥ 1
     * @param together  changes of one transaction, 1 to the number of keys of all datasets; 1: no transactions
     */
    ChangeWriter(MeshKitClient client, CallSettings settings, List<Dataset> datasets, int perSecond, int together) {
        this.client = client;
        this.settings = settings;
        this.datasets = List.copyOf(datasets);
        this.together = together;
        this.everyNanos = TimeUnit.SECONDS.toNanos(together) / perSecond;
    }

    void start() {
        thread.start();
    }

    private void run() {
        long next = System.nanoTime();
        long stamp = System.currentTimeMillis() << 20;
        for (int sequence = 0; running; sequence += together) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            slots.acquireUninterruptibly();
            // What could not be sent in time is not made up for later, but for a moment's worth: the rate is a limit.
            next = Math.max(next + everyNanos, System.nanoTime() - DEBT_NANOS);
            int first = sequence;
            var unused = change(first, stamp).whenComplete((revision, failure) -> {
                if (failure == null) {
                    acknowledged(first, revision);
                } else {
                    failed.addAndGet(together);
                    lastFailure = failure;
                }
                slots.release();
            });
        }
    }

    /** @return the revision that it made */
    private CompletableFuture<Long> change(int first, long stamp) {
        MutationOptions options = MutationOptions.newBuilder()
                .setReason(Long.toString(System.nanoTime()))
                .build();
        if (together == 1) {
            return client.exchangeAsync(
                            ShardServiceGrpc.getUpsertShardMethod(),
                            upsert(first, stamp).setOptions(options).build(),
                            settings)
                    .thenApply(reply -> reply.response().getResult().getRevision());
        }
        TransactRequest.Builder transaction = TransactRequest.newBuilder().setOptions(options);
        for (int sequence = first; sequence < first + together; sequence++) {
            transaction.addOperationsBuilder().setUpsertShard(upsert(sequence, stamp));
        }
        return client.exchangeAsync(TransactionServiceGrpc.getTransactMethod(), transaction.build(), settings)
                .thenApply(reply -> reply.response().getResult().getRevision());
    }

    private UpsertShardRequest.Builder upsert(int sequence, long stamp) {
        Dataset dataset = dataset(sequence);
        return UpsertShardRequest.newBuilder()
                .setShard(dataset.shard(sequence / datasets.size() % dataset.keys(), stamp + sequence));
    }

    private Dataset dataset(int sequence) {
        return datasets.get(sequence % datasets.size());
    }

    private void acknowledged(int first, long revision) {
        acknowledgedNanos.set(slot(revision), System.nanoTime());
        for (int sequence = first; sequence < first + together; sequence++) {
            newest.merge(dataset(sequence).namespace(), revision, Math::max);
        }
        acknowledged.addAndGet(together);
    }

    /** How long ago the revision was acknowledged; 0: it has not been yet. */
    long nanosSinceAcknowledged(long revision) {
        long then = acknowledgedNanos.get(slot(revision));
        return then == 0 ? 0 : Math.max(0, System.nanoTime() - then);
    }

    private int slot(long revision) {
        return (int) (revision % acknowledgedNanos.length());
    }

    /** The newest acknowledged revision that changed the namespace; 0: none. */
    long newest(String namespace) {
        return newest.getOrDefault(namespace, 0L);
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** Changes that got no answer or a refusal; they may have happened. */
    long failed() {
        return failed.get();
    }

    /** @throws RuntimeException the last failure, if all there was are failures */
    void requireAcknowledged() {
        Throwable failure = lastFailure;
        if (failure == null || acknowledged() > 0) {
            return;
        }
        Throwable cause = Failures.cause(failure);
        throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Stops, and waits for every answer. Safe to call twice. */
    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
        slots.acquire(UNDER_WAY_MAX);
        slots.release(UNDER_WAY_MAX);
    }
}
