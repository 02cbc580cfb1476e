package io.meshkit.raft;

/**
 * How far a leader has brought another member.
 *
 * @param matchIndex last entry that it is known to hold, -1 for none
 * @param silentMs   since its last answer
 */
public record FollowerProgress(NodeId member, long matchIndex, long silentMs) {}
