package io.meshkit.storage.rocksdb;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.Table;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/** A view as of one sequence number of RocksDB. Its cursors keep it alive beyond its close. */
final class RocksDbSnapshot implements StoreSnapshot {
    private final Database database;
    private final OpenReaders readers;
    private final Lifetime store;
    private final Snapshot snapshot;
    private final ReadOptions read;
    private final Lifetime lifetime = new Lifetime("snapshot", this::free);

    /** The caller has acquired the store, and hands that over. */
    private RocksDbSnapshot(Database database, OpenReaders readers, Lifetime store) {
        this.database = database;
        this.readers = readers;
        this.store = store;
        this.snapshot = database.db.getSnapshot();
        this.read = new ReadOptions().setSnapshot(snapshot);
    }

    static RocksDbSnapshot open(Database database, OpenReaders readers, Lifetime store) {
        store.acquire();
        RocksDbSnapshot opened = new RocksDbSnapshot(database, readers, store);
        readers.add(opened.lifetime);
        return opened;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        lifetime.acquire();
        try {
            return database.db.get(database.handle(table), read, key);
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("read", database.directory, e);
        } finally {
            lifetime.release();
        }
    }

    @Override
    public Cursor scan(Table table, byte[] from, byte @Nullable [] to) {
        return RocksDbCursor.open(database, readers, lifetime, snapshot, table, from, to, true);
    }

    @Override
    public Cursor scanDescending(Table table, byte[] from, byte @Nullable [] to) {
        return RocksDbCursor.open(database, readers, lifetime, snapshot, table, from, to, false);
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private void free() {
        readers.remove(lifetime);
        Natives.close(read);
        database.db.releaseSnapshot(snapshot);
        store.release();
    }
}
