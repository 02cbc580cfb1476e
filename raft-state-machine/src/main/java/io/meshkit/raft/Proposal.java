package io.meshkit.raft;

import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import java.util.concurrent.CompletableFuture;

/**
 * A command on its way into the log.
 *
 * @param sizeBytes     of the command, serialized
 * @param deadlineNanos in {@link System#nanoTime} terms
 */
record Proposal(Command command, int sizeBytes, long deadlineNanos, CompletableFuture<CommandOutcome> outcome) {
    boolean expired(long nowNanos) {
        return deadlineNanos - nowNanos <= 0;
    }
}
