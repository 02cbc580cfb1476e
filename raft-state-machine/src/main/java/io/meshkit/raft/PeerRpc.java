package io.meshkit.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * What a replica asks of the other members outside Raft itself. The server implements it over its
 * node-to-node channel (mTLS under the Raft CA).
 */
public interface PeerRpc {
    /**
     * The member's current Raft term, read after this call was made. Fails when the member does not
     * answer within the timeout.
     */
    CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs);

    /**
     * Whether the leader is gone, as far as the member can see: {@link LeaderWatch}. Fails when the member does not
     * answer within the timeout or does not know the question; then it has not agreed.
     */
    default CompletableFuture<Testimony> leaderLoss(NodeId member, NodeId leader, long term, long timeoutMs) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(member + " cannot be asked"));
    }

    /**
     * Downloads the member's newest checkpoint into a directory, verifying every file's SHA-256, and syncs it.
     *
     * @param directory exists and is empty
     * @throws IOException if it could not be had whole; the directory's content is then worthless
     */
    void fetchCheckpoint(NodeId member, Path directory) throws IOException;
}
