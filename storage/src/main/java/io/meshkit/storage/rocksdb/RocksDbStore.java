package io.meshkit.storage.rocksdb;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.Keys;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import io.meshkit.storage.WriteBatch.Delete;
import io.meshkit.storage.WriteBatch.DeleteRange;
import io.meshkit.storage.WriteBatch.Put;
import io.meshkit.storage.WriteBatch.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompressionType;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on disk.
 *
 * <p>Writes go to memory and, when a buffer fills or {@link #flush()} is called, to table files, atomically over
 * all tables. There is no write-ahead log: the Raft log replays what a crash took.
 *
 * <p>Closing refuses new calls at once, waits for calls, snapshots and cursors under way (those at most
 * {@link RocksDbOptions#closeWaitMax()}), flushes, and frees. Whatever is used after that throws
 * IllegalStateException.
 */
public final class RocksDbStore implements OrderedStore {
    private static final Logger log = LoggerFactory.getLogger(RocksDbStore.class);
    private static final List<CompressionType> COMPRESSIONS =
            List.of(CompressionType.LZ4_COMPRESSION, CompressionType.NO_COMPRESSION);

    /** Calls under way end soon, but one may just have opened another cursor on a snapshot. */
    private static final long CLOSE_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    final Database database;
    private final RocksDbOptions options;
    private final CountDownLatch freed = new CountDownLatch(1);
    private final Lifetime lifetime = new Lifetime("store", this::free);
    private final OpenReaders readers = new OpenReaders();

    private RocksDbStore(Database database, RocksDbOptions options) {
        this.database = database;
        this.options = options;
    }

    /** As {@link #open(Path, List, RocksDbOptions)}, with default limits. */
    public static RocksDbStore open(Path directory, List<Table> tables) {
        return open(directory, tables, RocksDbOptions.defaults());
    }

    /**
     * Opens the store, creating the directory and the tables that are missing.
     *
     * @param tables all tables that the directory may hold, no name twice
     * @throws StorageException if it is open elsewhere, is corrupted, or holds tables not in the list
     */
    public static RocksDbStore open(Path directory, List<Table> tables, RocksDbOptions options) {
        return open(directory, tables, options, COMPRESSIONS);
    }

    static RocksDbStore open(
            Path directory, List<Table> tables, RocksDbOptions options, List<CompressionType> compressions) {
        if (new HashSet<>(tables).size() != tables.size() || tables.contains(new Table("default"))) {
            throw new IllegalArgumentException("tables must differ, and none be named default: " + tables);
        }
        return new RocksDbStore(Database.open(directory, List.copyOf(tables), options, compressions), options);
    }

    /**
     * Makes a store's directory from a checkpoint, which stays as it is.
     *
     * <p>Table files are never changed once written, so they are linked, not copied, where both lie on one file
     * system. A crash leaves either no directory or a complete one.
     *
     * @param directory must not exist, or be empty; its parent must exist
     * @throws StorageException if the checkpoint is not one, or the directory cannot be made
     */
    public static void restore(Path checkpoint, Path directory) {
        Restore.run(checkpoint, directory);
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        lifetime.acquire();
        try {
            return database.db.get(database.handle(table), database.options.read, key);
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("read", database.directory, e);
        } finally {
            lifetime.release();
        }
    }

    @Override
    public Cursor scan(Table table, byte[] from, byte @Nullable [] to) {
        return RocksDbCursor.open(database, readers, lifetime, null, table, from, to, true);
    }

    @Override
    public Cursor scanDescending(Table table, byte[] from, byte @Nullable [] to) {
        return RocksDbCursor.open(database, readers, lifetime, null, table, from, to, false);
    }

    @Override
    public StoreSnapshot snapshot() {
        return RocksDbSnapshot.open(database, readers, lifetime);
    }

    @Override
    public void write(WriteBatch batch) {
        lifetime.acquire();
        try (org.rocksdb.WriteBatch writes = new org.rocksdb.WriteBatch()) {
            for (Write write : batch.writes()) {
                add(writes, write);
            }
            database.db.write(database.options.write, writes);
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("write", database.directory, e);
        } finally {
            lifetime.release();
        }
    }

    private void add(org.rocksdb.WriteBatch writes, Write write) throws RocksDBException {
        ColumnFamilyHandle table = database.handle(write.table());
        switch (write) {
            case Put put -> writes.put(table, put.key(), put.value());
            case Delete delete -> writes.delete(table, delete.key());
            case DeleteRange range -> {
                if (!Keys.isEmptyRange(range.from(), range.to())) {
                    writes.deleteRange(table, range.from(), range.to());
                }
            }
        }
    }

    @Override
    public void flush() {
        lifetime.acquire();
        try {
            database.db.flush(database.options.flush, database.handles);
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("flush", database.directory, e);
        } finally {
            lifetime.release();
        }
    }

    @Override
    public void checkpoint(Path directory) {
        lifetime.acquire();
        try (Checkpoint checkpoint = Checkpoint.create(database.db)) {
            if (Files.exists(directory)) {
                throw new StorageException("cannot write the checkpoint: " + directory + " exists");
            }
            // Flushes too, and links the table files.
            checkpoint.createCheckpoint(directory.toString());
            DurableFiles.syncTree(directory);
            DurableFiles.sync(DurableFiles.parentOf(directory));
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("write the checkpoint", directory, e);
        } catch (IOException e) {
            throw new StorageException("cannot write the checkpoint " + directory, e);
        } finally {
            lifetime.release();
        }
    }

    /**
     * Reads every block of every table file and compares its checksum. Slow: reads the whole store.
     *
     * @throws StorageException if one does not match
     */
    public void verify() {
        lifetime.acquire();
        try {
            database.db.verifyChecksum();
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("verify", database.directory, e);
        } finally {
            lifetime.release();
        }
    }

    @Override
    public void close() {
        lifetime.close();
        boolean interrupted = false;
        long waitNanos = options.closeWaitMax().toNanos();
        while (true) {
            try {
                if (freed.await(waitNanos, TimeUnit.NANOSECONDS)) {
                    break;
                }
                int left = readers.closeAll();
                if (left > 0) {
                    log.warn("{}: closed {} snapshots and cursors still in use", database.directory, left);
                }
                waitNanos = CLOSE_RETRY_NANOS;
            } catch (InterruptedException e) {
                interrupted = true;
                waitNanos = 0;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs once nothing uses the database any more. */
    private void free() {
        try {
            database.db.flush(database.options.flush, database.handles);
        } catch (RocksDBException e) {
            log.warn("{}: the last flush failed; the log will replay what it misses", database.directory, e);
        }
        database.close();
        freed.countDown();
    }
}
