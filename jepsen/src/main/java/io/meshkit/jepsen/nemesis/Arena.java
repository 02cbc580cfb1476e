package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.net.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * What there is to hurt.
 *
 * @param random  of the seed; the faults' own
 * @param scratch directory for what the faults need beside the nodes
 */
public record Arena(Cluster cluster, Network network, Random random, Path scratch) {
    /**
     * A random node that runs; every other time the leader, because most of what can go wrong goes wrong there. Of
     * several faults at once, another may have ended one already.
     */
    Node victim() {
        String leader = random.nextBoolean() ? cluster.leader() : "";
        List<Node> running = cluster.nodes().stream().filter(Node::isRunning).toList();
        List<Node> candidates = running.isEmpty() ? cluster.nodes() : running;
        int any = random.nextInt(candidates.size());
        return candidates.stream()
                .filter(node -> node.id().equals(leader))
                .findFirst()
                .orElse(candidates.get(any));
    }
}
