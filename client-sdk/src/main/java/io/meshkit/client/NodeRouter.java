package io.meshkit.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the node of an attempt. Any node answers everything; the leader, when it is known, saves a hop. Thread-safe.
 */
final class NodeRouter {
    private final List<NodeChannel> nodes;
    private final AtomicInteger next;
    private volatile @Nullable NodeChannel leader;

    NodeRouter(List<NodeChannel> nodes) {
        this.nodes = List.copyOf(nodes);
        this.next = new AtomicInteger(ThreadLocalRandom.current().nextInt(nodes.size()));
    }

    List<NodeChannel> nodes() {
        return nodes;
    }

    @Nullable
    NodeChannel find(String node) {
        for (NodeChannel candidate : nodes) {
            if (candidate.node().equals(node)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * Begins an attempt at the best node that this round has not tried yet; null if all of those are away and none may
     * be tried now, or if all have been tried.
     *
     * @param tried nodes that failed since the last pause
     */
    @Nullable
    Turn pick(boolean prefersLeader, Set<NodeChannel> tried) {
        NodeChannel leading = leader;
        if (prefersLeader && leading != null && !tried.contains(leading) && !leading.isAvoided()) {
            Turn turn = leading.enter();
            if (turn != null) {
                return turn;
            }
        }
        List<NodeChannel> left = new ArrayList<>(nodes);
        left.removeAll(tried);
        if (left.isEmpty()) {
            return null;
        }
        int first = Math.floorMod(next.getAndIncrement(), left.size());
        Turn turn = enter(left, first, false);
        return turn == null ? enter(left, first, true) : turn;
    }

    private static @Nullable Turn enter(List<NodeChannel> candidates, int first, boolean avoided) {
        for (int i = 0; i < candidates.size(); i++) {
            NodeChannel candidate = candidates.get((first + i) % candidates.size());
            if (candidate.isAvoided() == avoided) {
                Turn turn = candidate.enter();
                if (turn != null) {
                    return turn;
                }
            }
        }
        return null;
    }

    /** Whether no node is left to try before a pause: tried, or away. */
    boolean isRoundOver(Set<NodeChannel> tried) {
        return nodes.stream().allMatch(node -> tried.contains(node) || !node.isOpen());
    }

    /** Whether nobody may be tried at this moment. @param only the one node that counts; null: all */
    boolean isClosed(@Nullable NodeChannel only) {
        return only == null ? nodes.stream().noneMatch(NodeChannel::isOpen) : !only.isOpen();
    }

    /** Of the nodes that count, the one that may be tried first. @param only as in {@link #isClosed} */
    NodeChannel nextOpen(@Nullable NodeChannel only) {
        return only == null
                ? nodes.stream()
                        .min(Comparator.comparingLong(NodeChannel::heldNanos))
                        .orElseThrow()
                : only;
    }

    @Nullable
    NodeChannel leader() {
        return leader;
    }

    /** Takes a hint; a node outside the endpoints tells nothing that could be used. */
    void learnLeader(String node) {
        if (!node.isEmpty()) {
            leader = find(node);
        }
    }

    /** The node said, or showed, that it does not lead. */
    void notLeader(NodeChannel node) {
        if (leader == node) {
            leader = null;
        }
    }
}
