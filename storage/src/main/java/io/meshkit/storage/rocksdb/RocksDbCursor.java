package io.meshkit.storage.rocksdb;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.EmptyCursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.Table;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A RocksDB iterator within bounds. Keeps alive what it was opened on. */
final class RocksDbCursor implements Cursor {
    private enum Place {
        BEFORE,
        ON_ROW,
        AFTER
    }

    private final Database database;
    private final OpenReaders readers;
    private final Lifetime parent;
    private final boolean ascending;
    private final @Nullable Slice lower;
    private final @Nullable Slice upper;
    private final ReadOptions read;
    private final RocksIterator iterator;
    private final Lifetime lifetime = new Lifetime("cursor", this::free);
    private Place place = Place.BEFORE;

    private RocksDbCursor(
            Database database,
            OpenReaders readers,
            Lifetime parent,
            @Nullable Snapshot snapshot,
            ColumnFamilyHandle table,
            byte[] from,
            byte @Nullable [] to,
            boolean ascending) {
        this.database = database;
        this.readers = readers;
        this.parent = parent;
        this.ascending = ascending;
        // With bounds, RocksDB need not look at deleted rows outside them.
        lower = from.length == 0 ? null : new Slice(from);
        upper = to == null ? null : new Slice(to);
        read = new ReadOptions();
        if (snapshot != null) {
            read.setSnapshot(snapshot);
        }
        if (lower != null) {
            read.setIterateLowerBound(lower);
        }
        if (upper != null) {
            read.setIterateUpperBound(upper);
        }
        iterator = database.db.newIterator(table, read);
    }

    /**
     * Opens a cursor on a store or snapshot.
     *
     * @param parent   that of what it is opened on; held until the cursor is freed
     * @param snapshot null: the state as of now
     */
    static Cursor open(
            Database database,
            OpenReaders readers,
            Lifetime parent,
            @Nullable Snapshot snapshot,
            Table table,
            byte[] from,
            byte @Nullable [] to,
            boolean ascending) {
        parent.acquire();
        RocksDbCursor opened = null;
        try {
            ColumnFamilyHandle handle = database.handle(table);
            if (Keys.isEmptyRange(from, to)) {
                return EmptyCursor.INSTANCE;
            }
            opened = new RocksDbCursor(database, readers, parent, snapshot, handle, from, to, ascending);
            readers.add(opened.lifetime);
            return opened;
        } finally {
            if (opened == null) {
                parent.release();
            }
        }
    }

    @Override
    public boolean next() {
        lifetime.acquire();
        try {
            switch (place) {
                case BEFORE -> seek();
                case ON_ROW -> step();
                case AFTER -> {
                    return false;
                }
            }
            boolean onRow = iterator.isValid();
            place = onRow ? Place.ON_ROW : Place.AFTER;
            if (!onRow) {
                // The end, or an error that looks like one.
                iterator.status();
            }
            return onRow;
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("read", database.directory, e);
        } finally {
            lifetime.release();
        }
    }

    private void seek() {
        if (ascending) {
            iterator.seekToFirst();
        } else {
            iterator.seekToLast();
        }
    }

    private void step() {
        if (ascending) {
            iterator.next();
        } else {
            iterator.prev();
        }
    }

    @Override
    public byte[] key() {
        lifetime.acquire();
        try {
            requireRow();
            return iterator.key();
        } finally {
            lifetime.release();
        }
    }

    @Override
    public byte[] value() {
        lifetime.acquire();
        try {
            requireRow();
            return iterator.value();
        } finally {
            lifetime.release();
        }
    }

    private void requireRow() {
        if (place != Place.ON_ROW) {
            throw new IllegalStateException("the cursor is on no row");
        }
    }

    @Override
    public void close() {
        lifetime.close();
    }

    private void free() {
        readers.remove(lifetime);
        Natives.close(iterator);
        Natives.close(read);
        if (lower != null) {
            Natives.close(lower);
        }
        if (upper != null) {
            Natives.close(upper);
        }
        parent.release();
    }
}
