package io.meshkit.raft;

import io.meshkit.domain.LogPosition;
import java.util.List;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a leader from dropping log that a member which is catching up still needs.
 *
 * <p>Otherwise a member that has just installed a checkpoint finds the entries after it dropped and installs the next
 * one, for as long as the load lasts. Ratis drops what a snapshot covers, so a snapshot is told to cover no more than
 * what the slowest member that answers has, within a bound.
 *
 * <p>Thread: the updater's.
 */
final class LogHold {
    /** Whoever has not answered for this long is not waited for: when it returns it begins with a checkpoint. */
    static final long SILENT_MS = 3_000;

    private final RaftServer.Division division;
    private final CommitSpreader spreader;
    private final long entriesHeldMax;

    LogHold(RaftServer.Division division, CommitSpreader spreader, long entriesHeldMax) {
        this.division = division;
        this.spreader = spreader;
        this.entriesHeldMax = entriesHeldMax;
    }

    /** Of what has been applied, what a snapshot may be said to cover. */
    LogPosition coverable(LogPosition applied) {
        if (!division.getInfo().isLeader()) {
            return applied;
        }
        long index = index(applied.index(), spreader.followers(), entriesHeldMax);
        if (index >= applied.index()) {
            return applied;
        }
        @Nullable TermIndex entry = index < 0 ? null : division.getRaftLog().getTermIndex(index);
        return entry == null ? new LogPosition(0, -1) : new LogPosition(entry.getTerm(), index);
    }

    /** The last entry that every follower has which answers, or, if that is too far back, the oldest that is allowed. */
    static long index(long appliedIndex, List<FollowerProgress> followers, long entriesHeldMax) {
        long slowest = followers.stream()
                .filter(follower -> follower.silentMs() < SILENT_MS)
                .mapToLong(FollowerProgress::matchIndex)
                .min()
                .orElse(appliedIndex);
        return Math.min(appliedIndex, Math.max(slowest, appliedIndex - entriesHeldMax));
    }
}
