package io.meshkit.raft;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.jspecify.annotations.Nullable;

/**
 * The streams on which members append to this one, by member. When a process ends, its kernel resets them at once: that
 * the last one broke is the first sign of a leader's end, and no proof.
 *
 * <p>Thread: any number; one {@link Stream} is its call's.
 */
final class LeaderStreams {
    private final Map<NodeId, Integer> open = new HashMap<>();
    private volatile Consumer<NodeId> onBroken = member -> {};

    /** @param action told, on a thread of the Raft port, which member's last stream has ended */
    void onBroken(Consumer<NodeId> action) {
        onBroken = action;
    }

    Stream begin() {
        return new Stream();
    }

    /** Whether the member has a stream to this one that has carried something. */
    synchronized boolean isOpen(NodeId member) {
        return open.containsKey(member);
    }

    private synchronized void opened(NodeId member) {
        open.merge(member, 1, Integer::sum);
    }

    /** True if it was the last one. */
    private synchronized boolean closed(NodeId member) {
        return open.computeIfPresent(member, (id, count) -> count == 1 ? null : count - 1) == null;
    }

    /** One call. */
    final class Stream {
        private @Nullable NodeId from;
        private boolean ended;

        void carries(AppendEntriesRequestProto append) {
            if (from == null && !ended) {
                from = new NodeId(append.getServerRequest().getRequestorId().toStringUtf8());
                opened(from);
            }
        }

        /** May be said again. */
        void ended() {
            NodeId member = from;
            if (ended || member == null) {
                ended = true;
                return;
            }
            ended = true;
            if (closed(member)) {
                onBroken.accept(member);
            }
        }
    }
}
