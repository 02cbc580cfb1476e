package io.meshkit.storage.rocksdb;

import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open RocksDB database with its column families and options. */
final class Database implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final String DEFAULT = "default"; // RocksDB insists on it; we keep nothing in it
    private static final String CURRENT = "CURRENT";

    final Path directory;
    final RocksDB db;
    final NativeOptions options;
    final List<ColumnFamilyHandle> handles;
    private final Map<Table, ColumnFamilyHandle> byTable;

    private Database(
            Path directory, RocksDB db, NativeOptions options, List<ColumnFamilyHandle> handles, List<Table> tables) {
        this.directory = directory;
        this.db = db;
        this.options = options;
        this.handles = handles;
        this.byTable = new HashMap<>();
        for (int i = 0; i < tables.size(); i++) {
            byTable.put(tables.get(i), handles.get(i + 1));
        }
    }

    /** @param compressions the first that this build of RocksDB has is used */
    static Database open(
            Path directory, List<Table> tables, RocksDbOptions limits, List<CompressionType> compressions) {
        Natives.load();
        prepare(directory);
        refuseUnknownTables(directory, tables);
        for (CompressionType compression : compressions) {
            try {
                return open(directory, tables, limits, compression);
            } catch (RocksDBException e) {
                if (!RocksDbErrors.isCompressionMissing(e)) {
                    throw RocksDbErrors.explain("open", directory, e);
                }
                log.warn("RocksDB was built without {}: {} goes on without it", compression, directory);
            }
        }
        throw new StorageException("cannot open " + directory + ": none of " + compressions + " is available");
    }

    private static Database open(Path directory, List<Table> tables, RocksDbOptions limits, CompressionType compression)
            throws RocksDBException {
        NativeOptions options = new NativeOptions(limits, tables.size(), compression);
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(name(DEFAULT), options.of(new Table(DEFAULT))));
        for (Table table : tables) {
            descriptors.add(new ColumnFamilyDescriptor(name(table.name()), options.of(table)));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            RocksDB db = RocksDB.open(options.db, directory.toString(), descriptors, handles);
            return new Database(directory, db, options, List.copyOf(handles), tables);
        } catch (RocksDBException e) {
            options.close();
            throw e;
        }
    }

    /** @throws IllegalArgumentException if the store has no such table */
    ColumnFamilyHandle handle(Table table) {
        ColumnFamilyHandle handle = byTable.get(table);
        if (handle == null) {
            throw new IllegalArgumentException("the store has no table " + table.name());
        }
        return handle;
    }

    /** Makes the directory. Files without the one that says which of them count are a loss, not a new database. */
    private static void prepare(Path directory) {
        try {
            if (!Files.exists(directory)) {
                Files.createDirectories(directory);
                DurableFiles.sync(DurableFiles.parentOf(directory));
            }
            if (Files.exists(directory.resolve(CURRENT))) {
                return;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.sst")) {
                if (files.iterator().hasNext()) {
                    throw new StorageException("cannot open " + directory + ": its data is corrupted (there are"
                            + " table files but no " + CURRENT + "); restore a checkpoint or let the node resync");
                }
            }
        } catch (IOException e) {
            throw new StorageException("cannot open " + directory, e);
        }
    }

    private static void refuseUnknownTables(Path directory, List<Table> tables) {
        if (!Files.exists(directory.resolve(CURRENT))) {
            return;
        }
        TreeSet<String> unknown = new TreeSet<>();
        try (Options options = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
                unknown.add(new String(name, StandardCharsets.UTF_8));
            }
        } catch (RocksDBException e) {
            throw RocksDbErrors.explain("open", directory, e);
        }
        unknown.remove(DEFAULT);
        tables.forEach(table -> unknown.remove(table.name()));
        if (!unknown.isEmpty()) {
            throw new StorageException("cannot open " + directory + ": it has tables that this version does not know: "
                    + unknown + ". A newer version wrote it, or it belongs to something else.");
        }
    }

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        handles.forEach(Natives::close);
        Natives.close(db::closeE);
        options.close();
    }
}
