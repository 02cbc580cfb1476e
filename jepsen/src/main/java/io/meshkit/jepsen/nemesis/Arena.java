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
    /** A random node; every other time the leader, because most of what can go wrong goes wrong there. */
    Node victim() {
        String leader = random.nextBoolean() ? cluster.leader() : "";
        List<String> ids = cluster.ids();
        int any = random.nextInt(ids.size());
        return cluster.node(ids.contains(leader) ? leader : ids.get(any));
    }
}
