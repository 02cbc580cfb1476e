package io.meshkit.raft;

/**
 * A member's positions, all inclusive.
 *
 * @param role             leader, follower, candidate or listener
 * @param logEndIndex      last entry in the local log, -1 when empty
 * @param committedIndex   last entry known to be committed
 * @param appliedIndex     last entry applied
 * @param snapshotIndex    last entry that a restart need not replay
 * @param revision         the registry's revision after appliedIndex
 * @param lowWatermark     oldest readable revision
 * @param leaderReady      this member leads and has committed an entry of its term
 */
public record ReplicaStatus(
        String role,
        long term,
        long logEndIndex,
        long committedIndex,
        long appliedIndex,
        long snapshotIndex,
        long revision,
        long lowWatermark,
        boolean leaderReady) {}
