package io.meshkit.domain.placement;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code ring}: 64 points per unit of weight on a circle of hashes, at the hash of {@code nodeId#replica}; a shard
 * belongs to the first point at or after its own, the hash of {@code namespace/shardId}. Of points that fall
 * together the smaller id's counts.
 *
 * <p>Source: Karger et al. 1997.
 */
final class HashRing implements PlacementStrategy {
    /** Points per unit of weight. */
    static final int POINTS = 64;

    @Override
    public String id() {
        return "ring";
    }

    /** How many points a node of the weight has, ≥ 1. */
    static long points(double weight) {
        return Math.max(1, (long) Math.rint(POINTS * weight));
    }

    @Override
    public Placer prepare(List<Candidate> candidates, long shards) {
        TreeMap<Long, Candidate> ring = new TreeMap<>(Long::compareUnsigned);
        for (Candidate candidate : candidates) {
            long points = points(candidate.weight());
            for (long replica = 0; replica < points; replica++) {
                ring.putIfAbsent(ShardHash.of(candidate.id() + "#" + replica), candidate);
            }
        }
        return (namespace, shardId, hint) -> {
            Map.Entry<Long, Candidate> point = ring.ceilingEntry(ShardHash.of(namespace + "/" + shardId));
            return (point == null ? ring.firstEntry() : point).getValue();
        };
    }
}
