package io.meshkit.server.watch;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Applied;
import io.meshkit.domain.StateMeta;
import io.meshkit.raft.ApplyListener;
import io.meshkit.raft.Replica;
import io.meshkit.server.verbs.Waits;
import io.meshkit.storage.StoreSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All watches of a node: hears of applied entries, and has the pumps bring them to the watchers.
 *
 * <p>The apply thread only appends to the feed. Two pumps share the watchers; reading the store is done elsewhere,
 * by at most {@link WatchLimits#catchUpsMax} at a time. After a snapshot install the feed is empty, and everybody
 * goes on from the journal. Thread: any number.
 */
public final class WatchHub implements ApplyListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchHub.class);
    private static final int PUMPS = 2;

    private final WatchLimits limits;
    private final WatchMetrics metrics;
    private final Feed feed;
    private final List<Pump> pumps = new ArrayList<>();
    private final AtomicInteger watchers = new AtomicInteger();
    private final Semaphore catchUps;
    private volatile boolean replaced;
    private volatile boolean closed;
    private volatile @Nullable Replica replica;
    private volatile @Nullable StoreReader reader;
    private volatile @Nullable Executor executor;

    public WatchHub(WatchLimits limits, WatchMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        this.feed = new Feed(limits.bufferRevisionsMax(), limits.bufferBytesMax());
        this.catchUps = new Semaphore(limits.catchUpsMax());
        for (int i = 0; i < PUMPS; i++) {
            pumps.add(new Pump(this, i));
        }
        metrics.gauges(this);
    }

    /**
     * Begins to serve; before, entries are only collected.
     *
     * @param executor for readers of the store, which block
     */
    public void start(Replica ofReplica, Executor blocking) {
        replica = ofReplica;
        reader = new StoreReader(ofReplica, metrics);
        executor = blocking;
        lookAtState();
        pumps.forEach(Pump::start);
    }

    @Override
    public void applied(long index, Applied applied) {
        if (!applied.entries().isEmpty()) {
            feed.add(applied.entries(), applied.entryBytes());
            pumps.forEach(Pump::entryApplied);
        }
    }

    @Override
    public void replaced(long index) {
        replaced = true;
        signal();
    }

    /** Whom the state has been replaced for learns its revision from the state itself. */
    void lookAtReplacedState() {
        if (replaced) {
            replaced = false;
            lookAtState();
        }
    }

    private void lookAtState() {
        try (StoreSnapshot snapshot = Objects.requireNonNull(replica).snapshot()) {
            feed.reached(StateMeta.revision(snapshot));
        }
    }

    private void signal() {
        pumps.forEach(Pump::signal);
    }

    Feed feed() {
        return feed;
    }

    WatchMetrics metrics() {
        return metrics;
    }

    boolean isClosed() {
        return closed;
    }

    /** Watches that are open. */
    public int watchers() {
        return watchers.get();
    }

    /** How many revisions the slowest watcher is behind. */
    public long lagMax() {
        long newest = feed.newest();
        long lag = 0;
        for (Pump pump : pumps) {
            lag = Math.max(lag, pump.lagMax(newest));
        }
        return lag;
    }

    /** A place for one watcher, taken before it exists. */
    Ticket admit() {
        if (closed) {
            throw shuttingDown();
        }
        if (watchers.incrementAndGet() > limits.watchersMax()) {
            watchers.decrementAndGet();
            metrics.refused();
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.OVERLOADED,
                            "this node has " + limits.watchersMax() + " watches open, the most it may have",
                            "watch another node, or raise watch.watchers-max")
                    .setRetryDelay(RegistryException.millis(1_000))
                    .build());
        }
        return new Ticket();
    }

    /** Serves the watcher from now on. @return whom to tell when its receiver becomes ready */
    Pump add(Watcher watcher) {
        Pump pump = pumps.get(Math.floorMod(System.identityHashCode(watcher), PUMPS));
        pump.add(watcher);
        if (closed) {
            watcher.fail(shuttingDown());
        }
        return pump;
    }

    /** Has the watcher served from the store. */
    void read(Watcher watcher, Pump pump) {
        try {
            Objects.requireNonNull(executor).execute(() -> readNow(watcher, pump));
        } catch (RejectedExecutionException e) {
            watcher.fail(shuttingDown());
        }
    }

    private void readNow(Watcher watcher, Pump pump) {
        catchUps.acquireUninterruptibly();
        try {
            Objects.requireNonNull(reader).serve(watcher, feed);
        } catch (RuntimeException e) {
            RegistryException known = Waits.asRegistryException(e);
            if (known.getCause() != null && !closed) {
                LOG.error("a watch failed: {}", known.getMessage(), known);
            }
            watcher.fail(known);
        } finally {
            catchUps.release();
            watcher.endReading();
            pump.signal();
        }
    }

    private static RegistryException shuttingDown() {
        return RegistryException.of(
                ErrorCode.NO_LEADER, "this node is shutting down", "go on with the resume token on another node");
    }

    /** Ends all watches; their callers resume on other nodes. */
    @Override
    public void close() {
        closed = true;
        pumps.forEach(pump -> pump.close(shuttingDown()));
    }

    /** A watcher's place among those that a node may have. */
    final class Ticket implements AutoCloseable {
        private boolean returned;

        @Override
        public synchronized void close() {
            if (!returned) {
                returned = true;
                watchers.decrementAndGet();
            }
        }
    }
}
