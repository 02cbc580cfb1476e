package io.meshkit.client;

import java.util.ArrayList;
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
     * The best node that this round has not tried yet, or null when it has tried all.
     *
     * @param tried nodes that failed since the last pause
     */
    @Nullable
    NodeChannel pick(boolean prefersLeader, Set<NodeChannel> tried) {
        NodeChannel leading = leader;
        if (prefersLeader && leading != null && !tried.contains(leading) && !leading.isAvoided()) {
            return leading;
        }
        List<NodeChannel> left = new ArrayList<>(nodes);
        left.removeAll(tried);
        if (left.isEmpty()) {
            return null;
        }
        int first = Math.floorMod(next.getAndIncrement(), left.size());
        for (int i = 0; i < left.size(); i++) {
            NodeChannel candidate = left.get((first + i) % left.size());
            if (!candidate.isAvoided()) {
                return candidate;
            }
        }
        return left.get(first);
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
