package io.meshkit.raft;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other voters whether a leader is gone, and counts: it takes a majority, this member included, of every
 * configuration in force. The suspect is not asked. Thread: any number.
 */
final class LeaderPoll {
    private final TermQuorum count;
    private final Map<NodeId, Testimony> agreeing = new HashMap<>();
    private final CompletableFuture<Optional<Map<NodeId, Testimony>>> result = new CompletableFuture<>();

    private LeaderPoll(TermQuorum count) {
        this.count = count;
    }

    /**
     * What those said who agree, without this member's own; empty if they are no majority. Never exceptional; completes
     * when it is decided, on whatever thread brings the answer.
     */
    static CompletableFuture<Optional<Map<NodeId, Testimony>>> ask(
            NodeId self, NodeId leader, long term, List<Set<NodeId>> voters, PeerRpc peers, long timeoutMs) {
        LeaderPoll poll = new LeaderPoll(new TermQuorum(term, voters));
        Set<NodeId> others = new HashSet<>();
        voters.forEach(others::addAll);
        others.remove(self);
        others.remove(leader);
        synchronized (poll) {
            poll.count.reported(self, term);
            poll.count.failed(leader);
        }
        poll.decide();
        for (NodeId member : others) {
            var unused = peers.leaderLoss(member, leader, term, timeoutMs)
                    .whenComplete((testimony, failure) -> poll.heard(member, term, testimony));
        }
        return poll.result;
    }

    private void heard(NodeId member, long term, @Nullable Testimony testimony) {
        synchronized (this) {
            if (testimony != null && testimony.gone()) {
                agreeing.put(member, testimony);
                count.reported(member, term);
            } else {
                count.failed(member);
            }
        }
        decide();
    }

    private void decide() {
        Optional<Map<NodeId, Testimony>> decided;
        synchronized (this) {
            decided = switch (count.verdict()) {
                case PENDING -> null;
                case CONFIRMED -> Optional.of(Map.copyOf(agreeing));
                case NEWER_TERM, UNREACHABLE -> Optional.empty();
            };
        }
        if (decided != null) {
            result.complete(decided);
        }
    }
}
