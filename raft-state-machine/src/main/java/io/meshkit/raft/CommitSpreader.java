package io.meshkit.raft;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/**
 * Tells followers of the commit index when nothing else soon will.
 *
 * <p>A follower learns that an entry is committed from the next append or heartbeat. In a quiet moment that is up to
 * half an election timeout away, and so long would its reads, waits and watches lag. While further entries are being
 * replicated they carry the index, so then nothing is sent.
 *
 * <p>Thread: any number.
 */
final class CommitSpreader {
    /** A follower that has not answered for this long is not hurried: it may be down. */
    private static final long SILENT_MS = 1000;

    private final List<LogAppender> appenders = new CopyOnWriteArrayList<>();

    /** An appender of this member; each term of leadership has new ones. */
    void add(LogAppender appender) {
        appenders.removeIf(former -> !former.isRunning());
        appenders.add(appender);
    }

    /** Of every member to which this one sends its log; empty unless it leads. */
    List<FollowerProgress> followers() {
        return appenders.stream()
                .filter(LogAppender::isRunning)
                .map(LogAppender::getFollower)
                .map(follower -> new FollowerProgress(
                        new NodeId(follower.getId().toString()),
                        follower.getMatchIndex(),
                        follower.getLastRpcResponseTime().elapsedTimeMs()))
                .toList();
    }

    /** Sends heartbeats to followers that do not know the newest commit index, if the log is quiet. */
    void spread(RaftServer.Division division) {
        if (!division.getInfo().isLeader()) {
            return;
        }
        RaftLog log = division.getRaftLog();
        long committed = log.getLastCommittedIndex();
        @Nullable TermIndex last = log.getLastEntryTermIndex();
        if (last != null && last.getIndex() > committed) {
            return;
        }
        for (LogAppender appender : appenders) {
            if (appender.isRunning()
                    && appender.getFollower().getCommitIndex() < committed
                    && appender.getFollower().getMatchIndex() >= committed
                    && appender.getFollower().getLastRpcResponseTime().elapsedTimeMs() < SILENT_MS) {
                appender.triggerHeartbeat();
            }
        }
    }
}
