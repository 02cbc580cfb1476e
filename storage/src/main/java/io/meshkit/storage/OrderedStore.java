package io.meshkit.storage;

import java.nio.file.Path;

/**
 * A set of ordered tables with atomic batches, consistent snapshots and checkpoints.
 *
 * <p>Invariant: after a crash the store shows the state after some whole batch, at or after the last
 * {@link #flush()} or {@link #checkpoint}; all tables agree on which. Who needs the batches since then
 * replays them (the Raft log does).
 *
 * <p>Thread: one writer; any number of readers. Reads on the store itself see the newest batch; readers
 * that need two reads to agree take a snapshot.
 */
public interface OrderedStore extends StoreView, AutoCloseable {
    /**
     * Applies the batch atomically.
     *
     * @throws StorageException if it cannot; then nothing of the batch is visible
     */
    void write(WriteBatch batch);

    /** The state as of now. */
    StoreSnapshot snapshot();

    /** Makes everything written so far durable. Idempotent. */
    void flush();

    /**
     * Writes a durable, self-contained copy of the state as of now.
     *
     * @param directory must not exist; its parent must
     * @throws StorageException if it exists or cannot be written
     */
    void checkpoint(Path directory);

    @Override
    void close();
}
