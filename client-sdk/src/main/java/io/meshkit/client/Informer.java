package io.meshkit.client;

import com.google.protobuf.Message;
import io.meshkit.api.RegistryException;
import io.meshkit.client.InformerCache.Delta;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.Peer;
import io.meshkit.v1.Shard;
import io.meshkit.v1.WatchClustersRequest;
import io.meshkit.v1.WatchConfigRequest;
import io.meshkit.v1.WatchLeadershipsRequest;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchShardsRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the registry's records, kept up by a watch. Reads are local: they neither wait nor fail, and show one
 * revision of the registry. Thread-safe.
 *
 * <p>While the quorum is away the cache holds what it held, and {@link #isStale} says so. A resync never empties it:
 * the fresh state is compared with what is held, and handlers are told the difference. It holds at most
 * {@link InformerBuilder#recordsMax} records; if more match, it ends with LIMIT_EXCEEDED and holds what it held.
 */
public final class Informer<T extends Message> implements AutoCloseable {
    private final InformerCache<T> cache;
    private final List<InformerHandler<? super T>> handlers;
    private final Duration staleAfter;
    private final LongSupplier nanoTime;
    private final CountDownLatch syncedOrEnded = new CountDownLatch(1);
    private final Watch watch;
    private volatile long lastSignNanos;
    private volatile boolean ended;
    private volatile @Nullable RegistryException failure;

    Informer(InformerBuilder<T> builder, InformerBuilder.Start start, LongSupplier nanoTime) {
        this.cache = new InformerCache<>(builder.type(), builder.recordsMax(), builder.indexes());
        this.handlers = builder.handlers();
        this.staleAfter = builder.staleAfter();
        this.nanoTime = nanoTime;
        this.lastSignNanos = nanoTime.getAsLong();
        this.watch = start.watch(new Listener());
    }

    public static InformerBuilder<Peer> peers(MeshKitClient client, WatchPeersRequest request) {
        return new InformerBuilder<>(client, RecordType.PEER, request);
    }

    public static InformerBuilder<Cluster> clusters(MeshKitClient client, WatchClustersRequest request) {
        return new InformerBuilder<>(client, RecordType.CLUSTER, request);
    }

    /** Records are named namespace/shardId. */
    public static InformerBuilder<Shard> shards(MeshKitClient client, WatchShardsRequest request) {
        return new InformerBuilder<>(client, RecordType.SHARD, request);
    }

    public static InformerBuilder<ConfigDocument> config(MeshKitClient client, WatchConfigRequest request) {
        return new InformerBuilder<>(client, RecordType.CONFIG, request);
    }

    public static InformerBuilder<Leadership> leaderships(MeshKitClient client, WatchLeadershipsRequest request) {
        return new InformerBuilder<>(client, RecordType.LEADERSHIP, request);
    }

    /** The record of that name, if it is held. */
    public Optional<T> get(String name) {
        return cache.get(name);
    }

    /** All, in order of name, of one revision. */
    public List<T> list() {
        return cache.list();
    }

    /**
     * Those that the index has under the key, in order of name.
     *
     * @throws IllegalArgumentException if the informer was built without that index
     */
    public List<T> byIndex(String index, String key) {
        return cache.byIndex(index, key);
    }

    /** The keys of the index under which there are records, in order. */
    public List<String> indexKeys(String index) {
        return cache.indexKeys(index);
    }

    public int size() {
        return cache.size();
    }

    /** The registry's revision that the cache shows; 0 before it is synced. It goes back only with a resync. */
    public long revision() {
        return cache.revision();
    }

    /** The cache has been complete once; before that it is empty. */
    public boolean hasSynced() {
        return cache.isSynced();
    }

    /**
     * Waits until the cache is complete.
     *
     * @return false if the time was over first, or the informer was closed
     * @throws RegistryException why it never will be
     */
    public boolean awaitSynced(Duration timeout) throws InterruptedException {
        boolean reached = syncedOrEnded.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        RegistryException ending = failure;
        if (ending != null && !hasSynced()) {
            throw ending;
        }
        return reached && hasSynced();
    }

    /** Since the registry last said anything, a bookmark included: how old what is held may be. */
    public Duration age() {
        return Duration.ofNanos(nanoTime.getAsLong() - lastSignNanos);
    }

    /** It is not complete yet, has ended, or the registry has been silent for too long: what is held may be old. */
    public boolean isStale() {
        return ended || !hasSynced() || age().compareTo(staleAfter) > 0;
    }

    /** Why the informer has ended by itself. */
    public Optional<RegistryException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Waits for the end of its thread. @return false if the time was over first */
    public boolean awaitClosed(Duration timeout) throws InterruptedException {
        return watch.awaitClosed(timeout);
    }

    /** Ends it at once; what is held can still be read. */
    @Override
    public void close() {
        watch.close();
    }

    private final class Listener implements WatchListener {
        private @Nullable RegistryException full;

        @Override
        public void onMessage(WatchResponse message) {
            List<Delta<T>> deltas;
            try {
                deltas = cache.apply(message);
            } catch (RegistryException e) {
                full = e;
                throw e;
            }
            lastSignNanos = nanoTime.getAsLong();
            for (Delta<T> delta : deltas) {
                handlers.forEach(handler -> tell(handler, delta));
            }
            if (message.hasSynced()) {
                syncedOrEnded.countDown();
                handlers.forEach(handler -> handler.synced(message.getRevision()));
            }
        }

        private void tell(InformerHandler<? super T> handler, Delta<T> delta) {
            T before = delta.before();
            T after = delta.after();
            if (before == null && after != null) {
                handler.added(delta.name(), after);
            } else if (before != null && after != null) {
                handler.updated(delta.name(), before, after);
            } else if (before != null) {
                handler.deleted(delta.name(), before);
            }
        }

        @Override
        public void onResync(ResyncReason reason, String detail) {
            handlers.forEach(handler -> handler.resync(reason));
        }

        @Override
        public void onClosed(@Nullable RegistryException reason) {
            RegistryException why = full != null ? full : reason;
            failure = why;
            ended = true;
            syncedOrEnded.countDown();
            handlers.forEach(handler -> handler.closed(why));
        }
    }
}
