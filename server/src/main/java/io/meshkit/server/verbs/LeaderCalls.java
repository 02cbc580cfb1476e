package io.meshkit.server.verbs;

import io.meshkit.raft.NodeId;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import java.util.concurrent.CompletableFuture;

/**
 * What a node asks of the one that leads. Every future fails only with {@link io.meshkit.api.RegistryException}:
 * NO_LEADER when the member does not lead (nothing was appended), LEADERSHIP_LOST when it was not reached or
 * broke off.
 *
 * <p>Thread: any number.
 */
public interface LeaderCalls {
    /**
     * @param term the term in which the member is taken for the leader; in another it refuses
     */
    CompletableFuture<CommandOutcome> forward(NodeId leader, Command command, long term, long deadlineMs);

    /** A log index such that whoever has applied it sees every mutation acknowledged before this call. */
    CompletableFuture<Long> readIndex(NodeId leader, long deadlineMs);
}
