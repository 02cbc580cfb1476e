package io.meshkit.storage.memory;

import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import java.nio.file.Path;
import java.util.List;

/**
 * The store in memory.
 *
 * <p>What "durable" means here is what {@link #crashed()} keeps. RocksDB may flush on its own after any batch;
 * to try that, flush after that batch.
 *
 * <p>Thread: as {@link OrderedStore}; writers are serialised.
 */
public final class MemoryStore extends MemoryView implements OrderedStore {
    private volatile Tables newest;
    private volatile Tables durable;
    private volatile boolean closed;

    private MemoryStore(Tables tables) {
        newest = tables;
        durable = tables;
    }

    public static MemoryStore create(List<Table> tables) {
        return new MemoryStore(Tables.empty(tables));
    }

    /**
     * A new store with a checkpoint's content.
     *
     * @throws io.meshkit.storage.StorageException if it cannot be read, is damaged, or holds other tables
     */
    public static MemoryStore restore(Path checkpoint, List<Table> tables) {
        MemoryStore store = create(tables);
        store.write(CheckpointFile.read(checkpoint, store.newest.names()));
        store.flush();
        return store;
    }

    /** The process dies and starts again: this store is closed, the new one is as of the last flush. */
    public synchronized MemoryStore crashed() {
        closed = true;
        return new MemoryStore(durable);
    }

    @Override
    Tables tables() {
        requireOpenStore();
        return newest;
    }

    @Override
    void requireOpenStore() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    @Override
    public synchronized void write(WriteBatch batch) {
        newest = tables().after(batch);
    }

    @Override
    public StoreSnapshot snapshot() {
        return new Snapshot(tables());
    }

    @Override
    public synchronized void flush() {
        durable = tables();
    }

    @Override
    public void checkpoint(Path directory) {
        Tables tables;
        synchronized (this) {
            flush();
            tables = durable;
        }
        CheckpointFile.write(directory, tables);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private final class Snapshot extends MemoryView implements StoreSnapshot {
        private final Tables tables;
        private volatile boolean released;

        Snapshot(Tables tables) {
            this.tables = tables;
        }

        @Override
        Tables tables() {
            if (released) {
                throw new IllegalStateException("the snapshot is closed");
            }
            requireOpenStore();
            return tables;
        }

        /** Memory would outlive the store, a database does not: both behave alike. */
        @Override
        void requireOpenStore() {
            MemoryStore.this.requireOpenStore();
        }

        @Override
        public void close() {
            released = true;
        }
    }
}
