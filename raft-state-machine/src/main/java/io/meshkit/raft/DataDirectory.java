package io.meshkit.raft;

import io.meshkit.storage.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.StorageImplUtils;

/**
 * The data directory: taken by one process, checked against the configuration, formatted on the first start only.
 *
 * <p>Formatting goes in phases, so that a crash in between is not mistaken for a loss of data: identity FORMATTING,
 * Ratis's directory, identity READY. Ratis is started only when READY is durable and then always recovers; so a
 * READY identity without Ratis's directory means that promises were lost.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "lock";

    private final ReplicaConfig config;
    private final FileChannel lockChannel;

    private DataDirectory(ReplicaConfig config, FileChannel lockChannel) {
        this.config = config;
        this.lockChannel = lockChannel;
    }

    /**
     * Takes the directory and makes it ready for Ratis to recover from.
     *
     * @throws StartupException if it is another's, damaged, or in use; then nothing in it has changed
     */
    static DataDirectory open(ReplicaConfig config, RaftProperties properties) throws StartupException, IOException {
        Path directory = config.directory();
        if (!Files.isDirectory(directory)) {
            throw new StartupException(
                    "the data directory " + directory + " does not exist", "create it, or name another");
        }
        FileChannel channel = lock(directory);
        try {
            DataDirectory data = new DataDirectory(config, channel);
            data.prepare(properties);
            return data;
        } catch (Throwable t) {
            channel.close();
            throw t;
        }
    }

    @Override
    public void close() throws IOException {
        lockChannel.close();
    }

    private void prepare(RaftProperties properties) throws StartupException, IOException {
        Path directory = config.directory();
        Optional<Identity> found = Identity.read(directory);
        boolean hasLog = Files.isRegularFile(metadataFile());
        if (found.isEmpty()) {
            if (!Durable.list(config.raftDirectory()).isEmpty()
                    || !Durable.list(config.storeDirectory()).isEmpty()) {
                throw new StartupException(
                        directory + " holds a replica's data but no file '" + Identity.FILE + "'",
                        "restore the whole directory, or use an empty one with a new node id");
            }
            if (!config.formatWhenEmpty()) {
                throw new StartupException(
                        directory + " is empty, but " + config.self() + " is not new",
                        "restore the directory; if it is lost, remove this member and add it under a new node id");
            }
            format(properties);
            return;
        }
        Identity identity = found.get();
        check(identity);
        if (identity.phase() == Identity.Phase.FORMATTING) {
            // The first start was cut off before this member promised anything to anybody.
            format(properties);
        } else if (!hasLog) {
            throw new StartupException(
                    "the Raft log of " + identity.node() + " is missing from " + directory
                            + ", so it does not know any more what it has voted and acknowledged",
                    "restore the directory; if it is lost, remove this member and add it under a new node id");
        }
    }

    private void check(Identity identity) throws StartupException {
        if (!identity.clusterId().equals(config.clusterId())) {
            throw new StartupException(
                    config.directory() + " belongs to cluster " + identity.clusterId() + ", not to "
                            + config.clusterId(),
                    "check the configured data directory and cluster id");
        }
        if (!identity.node().equals(config.self())) {
            throw new StartupException(
                    config.directory() + " belongs to node " + identity.node() + ", not to " + config.self(),
                    "check the configured data directory and node id");
        }
    }

    private void format(RaftProperties properties) throws IOException {
        Path directory = config.directory();
        new Identity(config.clusterId(), config.self(), Identity.Phase.FORMATTING).write(directory);
        DurableFiles.deleteTree(config.raftDirectory());
        DurableFiles.deleteTree(config.storeDirectory());
        Durable.createDirectory(config.raftDirectory());
        RaftStorage storage = StorageImplUtils.initRaftStorage(
                config.clusterId().toString(), RaftStorage.StartupOption.FORMAT, properties);
        storage.close();
        DurableFiles.syncTree(config.raftDirectory());
        DurableFiles.sync(directory);
        new Identity(config.clusterId(), config.self(), Identity.Phase.READY).write(directory);
    }

    private Path metadataFile() {
        return config.raftDirectory()
                .resolve(config.clusterId().toString())
                .resolve("current")
                .resolve("raft-meta");
    }

    private static FileChannel lock(Path directory) throws StartupException, IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held in this JVM.
        }
        if (lock == null) {
            channel.close();
            throw new StartupException(
                    "the data directory " + directory + " is in use by another process",
                    "stop that process, or use another directory");
        }
        return channel;
    }
}
