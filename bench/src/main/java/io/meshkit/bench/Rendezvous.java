package io.meshkit.bench;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import net.openhft.hashing.LongHashFunction;

/**
 * The strategy {@code rendezvous} of the registry, for nodes of weight 1: every node has a score for a shard,
 * and the highest wins, so that a node that goes takes only its own shards with it.
 *
 * <p>Score: XXH64, seed 0, of {@code namespace/shardId::nodeId} in UTF-8, divided by 2^64 − 1. Of equal scores,
 * the smaller node id wins.
 */
final class Rendezvous {
    private static final LongHashFunction XXH64 = LongHashFunction.xx();
    private static final double HASH_MAX = 0x1p64; // 2^64 − 1 as a double

    private Rendezvous() {}

    /** @throws IllegalArgumentException if there are no nodes */
    static String owner(String namespace, String shardId, Collection<String> nodeIds) {
        String best = null;
        double bestScore = -1;
        for (String nodeId : nodeIds) {
            double score = score(namespace, shardId, nodeId);
            if (best == null || score > bestScore || (score == bestScore && nodeId.compareTo(best) < 0)) {
                best = nodeId;
                bestScore = score;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("no nodes");
        }
        return best;
    }

    static double score(String namespace, String shardId, String nodeId) {
        return unsigned(hash(namespace + "/" + shardId + "::" + nodeId)) / HASH_MAX;
    }

    static long hash(String text) {
        return XXH64.hashBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The nearest double to the hash as an unsigned number. */
    private static double unsigned(long hash) {
        if (hash >= 0) {
            return hash;
        }
        // Halve, keeping the lost bit as a sticky one, so that the rounding is that of the whole number.
        return (double) (hash >>> 1 | hash & 1) * 2;
    }
}
