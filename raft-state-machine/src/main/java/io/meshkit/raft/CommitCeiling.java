package io.meshkit.raft;

import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;

/**
 * Keeps a follower from taking its own first entry for committed because a leader said something about the leader's.
 *
 * <p>A leader that starts at the log's beginning sends no previous entry. Ratis 3.3.0 takes that for "previous is entry
 * 0", so that a heartbeat commits entry 0 whatever the follower has there, and n entries commit the one behind them. A
 * follower whose entry came from another leader, and was never committed, would apply it; and because it takes nothing in
 * place of what is committed, it could never follow again. The Raft paper's rule (figure 2, AppendEntries, 5): at most up
 * to the last new entry.
 */
final class CommitCeiling {
    private CommitCeiling() {}

    /** The request with a commit index that it can vouch for; the same one if it has such. */
    static AppendEntriesRequestProto of(AppendEntriesRequestProto request) {
        if (request.hasPreviousLog()) {
            return request;
        }
        long last = request.getEntriesCount() - 1L;
        return request.getLeaderCommit() <= last
                ? request
                : request.toBuilder().setLeaderCommit(last).build();
    }
}
