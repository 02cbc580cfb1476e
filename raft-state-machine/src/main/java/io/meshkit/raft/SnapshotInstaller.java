package io.meshkit.raft;

import io.meshkit.domain.LogPosition;
import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings another member's state here when the leader no longer has the log entries that this member lacks.
 *
 * <p>{@link #fetch} ends with the fetched store being the one that a restart opens, before Ratis is told that it is
 * installed: Ratis then drops the log below it at any time.
 *
 * <p>Thread: one at a time.
 */
final class SnapshotInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotInstaller.class);

    private final StoreDirectories directories;
    private final StoreOpener opener;
    private final List<Table> tables;
    private final PeerRpc peers;

    SnapshotInstaller(StoreDirectories directories, StoreOpener opener, List<Table> tables, PeerRpc peers) {
        this.directories = directories;
        this.opener = opener;
        this.tables = tables;
        this.peers = peers;
    }

    /**
     * A fetched store that a restart would open.
     *
     * @param former the directory of the store that it replaces
     */
    record Fetched(Path directory, Path former, LogPosition position) {}

    /**
     * Fetches the member's checkpoint and makes it the store of the next start.
     *
     * @param applied    where this member stands; the fetched state must be beyond it
     * @param indexFirst first entry that the leader's log still has; the fetched state must reach up to it
     * @throws IOException if it could not be had, or does not fit; nothing has changed then
     */
    Fetched fetch(NodeId from, LogPosition applied, long indexFirst) throws IOException {
        Path download = directories.newFetch();
        LOG.info(
                "fetching a checkpoint from {}: applied {} here, the leader's log begins at {}",
                from,
                applied,
                indexFirst);
        peers.fetchCheckpoint(from, download);
        LogPosition position = positionOf(download);
        if (position.index() < indexFirst - 1 || position.index() <= applied.index()) {
            throw new IOException("the checkpoint of " + from + " is at " + position + ", but one from "
                    + Math.max(indexFirst - 1, applied.index() + 1) + " on is needed");
        }
        // Opening it has written files of its own.
        DurableFiles.syncTree(download);
        Path former = directories.live();
        return new Fetched(directories.adopt(download), former, position);
    }

    OrderedStore open(Path directory) {
        return opener.open(directory, tables);
    }

    private LogPosition positionOf(Path directory) throws IOException {
        try (OrderedStore store = opener.open(directory, tables)) {
            return AppliedRow.read(store);
        } catch (RuntimeException e) {
            throw new IOException("the fetched checkpoint cannot be opened", e);
        }
    }
}
