package io.meshkit.storage.rocksdb;

import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.StoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

public final class RocksDbFixture implements StoreFixture {
    /** Small, so that much is going on. */
    public static final RocksDbOptions OPTIONS =
            RocksDbOptions.defaults().withMemory(8 << 20, 4 << 20).withCloseWaitMax(Duration.ofMillis(50));

    private record Opened(RocksDbStore store, Path directory) {}

    private final Path root;
    private final List<Opened> opened = new ArrayList<>();
    private int paths;

    public RocksDbFixture(Path root) {
        this.root = root;
    }

    @Override
    public OrderedStore open() {
        return open(newPath());
    }

    private OrderedStore open(Path directory) {
        RocksDbStore store = RocksDbStore.open(directory, TABLES, OPTIONS);
        opened.add(new Opened(store, directory));
        return store;
    }

    /** What a kill would leave is what the files hold now: opens a copy of them. */
    @Override
    public OrderedStore crash(OrderedStore store) {
        Path left = newPath();
        for (Opened each : opened) {
            if (each.store == store) {
                copyAtRest(each, left);
                store.close();
            }
        }
        return open(left);
    }

    /** A copy made while a compaction replaces files would be of no moment in time. */
    private static void copyAtRest(Opened opened, Path left) {
        try {
            opened.store.database.db.pauseBackgroundWork();
            copyFiles(opened.directory, left);
            opened.store.database.db.continueBackgroundWork();
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Copies all but LOCK: closing any descriptor of it would end this process's lock. */
    private static void copyFiles(Path from, Path to) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
            Files.createDirectories(to);
            for (Path file : files) {
                if (!file.endsWith("LOCK")) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public OrderedStore restore(Path checkpoint) {
        Path directory = newPath();
        RocksDbStore.restore(checkpoint, directory);
        return open(directory);
    }

    @Override
    public Path newPath() {
        return root.resolve("path-" + paths++);
    }

    @Override
    public void close() {
        opened.forEach(each -> each.store.close());
    }
}
