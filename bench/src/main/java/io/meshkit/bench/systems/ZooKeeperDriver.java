package io.meshkit.bench.systems;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** ZooKeeper through its own asynchronous client. Its notifications name the key and do not carry the value. */
final class ZooKeeperDriver implements Driver {
    private static final int SESSION_TIMEOUT_MS = 6_000;
    private static final String PARENT = "/bench";
    private static final int ANY_VERSION = -1;

    private final String connect;
    private final ZooKeeper client;
    private final Dataset dataset;
    private final Supplier<String> leader;

    /** @param connect host:port of the nodes that may be asked, with commas between */
    ZooKeeperDriver(String connect, Dataset dataset, Supplier<String> leader) throws IOException {
        this.connect = connect;
        this.client = open(connect, event -> {});
        this.dataset = dataset;
        this.leader = leader;
    }

    private static ZooKeeper open(String connect, Watcher watcher) throws IOException {
        return new ZooKeeper(connect, SESSION_TIMEOUT_MS, watcher);
    }

    @Override
    public int keys() {
        return dataset.keys();
    }

    @Override
    public CompletableFuture<Integer> put(int key, long stamp) {
        byte[] value = dataset.value(stamp).getBytes(StandardCharsets.US_ASCII);
        return set(path(key), value).exceptionallyCompose(failure -> {
            if (codeOf(failure) != KeeperException.Code.NONODE) {
                return CompletableFuture.failedFuture(failure);
            }
            // The parent may be missing too; what is there already is as good.
            return create(PARENT, new byte[0])
                    .thenCompose(done -> create(path(key), value))
                    .thenCompose(made -> made ? CompletableFuture.completedFuture(0) : set(path(key), value));
        });
    }

    private CompletableFuture<Integer> set(String path, byte[] value) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        client.setData(path, value, ANY_VERSION, (code, at, context, stat) -> end(done, code, at), null);
        return done;
    }

    /** @return whether it was this call that made it */
    private CompletableFuture<Boolean> create(String path, byte[] value) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        client.create(
                path,
                value,
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT,
                (code, at, context, name) -> end(done, code, at),
                null);
        return done.handle((zero, failure) -> {
            if (failure != null && codeOf(failure) != KeeperException.Code.NODEEXISTS) {
                throw new CompletionException(failure);
            }
            return failure == null;
        });
    }

    @Override
    public CompletableFuture<Integer> delete(int key) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        client.delete(path(key), ANY_VERSION, (code, at, context) -> end(done, code, at), null);
        return done;
    }

    /** Sync, then read: a session's requests are answered in order, so that the read need not wait for the sync. */
    @Override
    public CompletableFuture<Integer> readLinearizable(int key) {
        CompletableFuture<Integer> synced = new CompletableFuture<>();
        client.sync(path(key), (code, at, context) -> end(synced, code, at), null);
        return synced.thenCombine(readLocal(key), (sync, read) -> 0);
    }

    @Override
    public CompletableFuture<Integer> readLocal(int key) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        client.getData(path(key), false, (code, at, context, data, stat) -> end(done, code, at), null);
        return done;
    }

    @Override
    public boolean lists() {
        return false;
    }

    @Override
    public CompletableFuture<Integer> list() {
        return CompletableFuture.failedFuture(
                new UnsupportedOperationException("ZooKeeper lists names without values, and has no pages"));
    }

    /** A session of its own: watches of one session are one watch. */
    @Override
    public CompletableFuture<AutoCloseable> watch(IntConsumer onKey) {
        ZooKeeper session;
        try {
            session = open(connect, event -> {});
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Integer> set = new CompletableFuture<>();
        session.addWatch(
                PARENT,
                event -> changed(event, onKey),
                AddWatchMode.PERSISTENT_RECURSIVE,
                (code, at, context) -> end(set, code, at),
                null);
        return set.thenApply(done -> session);
    }

    private void changed(WatchedEvent event, IntConsumer onKey) {
        String path = event.getPath();
        if (event.getType() != Watcher.Event.EventType.None && path != null && path.length() > PARENT.length()) {
            onKey.accept(dataset.keyOf(path.substring(PARENT.length() + 1)));
        }
    }

    @Override
    public String leader() {
        return leader.get();
    }

    @Override
    public boolean isMissing(Throwable failure) {
        return codeOf(failure) == KeeperException.Code.NONODE;
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String path(int key) {
        return PARENT + "/" + dataset.shardId(key);
    }

    private static void end(CompletableFuture<Integer> done, int code, String path) {
        if (code == KeeperException.Code.OK.intValue()) {
            done.complete(0);
        } else {
            done.completeExceptionally(KeeperException.create(KeeperException.Code.get(code), path));
        }
    }

    private static KeeperException.Code codeOf(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        return cause instanceof KeeperException known ? known.code() : KeeperException.Code.SYSTEMERROR;
    }
}
