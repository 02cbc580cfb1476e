package io.meshkit.raft;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.server.storage.RaftStorageMetadataFile;
import org.jspecify.annotations.Nullable;

/**
 * Makes a changed term or vote durable before anybody can rely on it.
 *
 * <p>Ratis writes {@code raft-meta} to a temporary file, forces it and renames it, but does not sync the directory:
 * a power loss can undo the rename, and the member would vote twice in one term. Ratis finishes the rename before
 * it forms the reply that depends on it, so it is enough to sync the directory between the two: before any reply
 * leaves the Raft port, and before a candidate that counts its own vote leads.
 *
 * <p>Thread: any number. See ADR-0005.
 */
final class TermVoteGuard {
    /** How a directory is synced. */
    @FunctionalInterface
    interface DirectorySync {
        void sync(Path directory) throws IOException;
    }

    private final DirectorySync directorySync;
    private final FatalHandler fatal;

    private volatile @Nullable RaftStorageMetadataFile file;
    private volatile @Nullable Path directory;
    private volatile @Nullable RaftStorageMetadata durable;

    TermVoteGuard(DirectorySync directorySync, FatalHandler fatal) {
        this.directorySync = directorySync;
        this.fatal = fatal;
    }

    /** Begins to guard; before that the member has promised nothing in this life. */
    void attach(RaftStorage storage) {
        attach(
                storage.getMetadataFile(),
                storage.getStorageDir().getCurrentDir().toPath());
    }

    void attach(RaftStorageMetadataFile metadataFile, Path current) {
        directory = current;
        file = metadataFile;
    }

    /**
     * Returns when the newest term and vote are durable; at once if they are.
     *
     * @throws IOException if they cannot be made so; the node is being halted then
     */
    void ensureDurable() throws IOException {
        RaftStorageMetadataFile guarded = file;
        Path current = directory;
        if (guarded == null || current == null) {
            return;
        }
        try {
            // Taken before the sync: what this returns has been renamed already.
            RaftStorageMetadata newest = guarded.getMetadata();
            if (newest.equals(durable)) {
                return;
            }
            synchronized (this) {
                if (!newest.equals(durable)) {
                    directorySync.sync(current);
                    durable = newest;
                }
            }
        } catch (IOException e) {
            fatal.fatal("the Raft term and vote cannot be made durable in " + current, e);
            throw e;
        }
    }

    /** Makes every name in Ratis's directory durable, before log entries that could restore it are dropped. */
    void syncDirectory() throws IOException {
        Path current = directory;
        if (current != null) {
            directorySync.sync(current);
        }
    }
}
