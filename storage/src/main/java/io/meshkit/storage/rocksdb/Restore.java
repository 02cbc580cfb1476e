package io.meshkit.storage.rocksdb;

import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies a checkpoint to where a store can be opened on it, in one visible step. */
final class Restore {
    private static final Logger log = LoggerFactory.getLogger(Restore.class);

    private Restore() {}

    static void run(Path checkpoint, Path directory) {
        if (!Files.exists(checkpoint.resolve("CURRENT"))) {
            throw new StorageException("cannot restore " + checkpoint + ": it is not a checkpoint (no file CURRENT)");
        }
        Path unfinished = directory.resolveSibling(directory.getFileName() + ".restoring");
        try {
            if (Files.exists(directory) && !isEmpty(directory)) {
                throw new StorageException("cannot restore to " + directory + ": it exists and is not empty");
            }
            // What an earlier attempt left when it crashed.
            DurableFiles.deleteTree(unfinished);
            Files.createDirectory(unfinished);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoint)) {
                for (Path file : files) {
                    linkOrCopy(file, unfinished.resolve(file.getFileName()));
                }
            }
            DurableFiles.syncTree(unfinished);
            DurableFiles.rename(unfinished, directory);
        } catch (IOException e) {
            throw new StorageException("cannot restore " + checkpoint + " to " + directory, e);
        }
    }

    private static void linkOrCopy(Path from, Path to) throws IOException {
        String name = from.getFileName().toString();
        // RocksDB appends to its other files.
        if (name.endsWith(".sst")) {
            try {
                Files.createLink(to, from);
                return;
            } catch (IOException | UnsupportedOperationException e) {
                log.debug("cannot link {}, copying it", from, e);
            }
        }
        Files.copy(from, to);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> content = Files.list(directory)) {
            return content.findAny().isEmpty();
        }
    }
}
