package io.meshkit.domain.placement;

import java.util.List;

/** One way of placing shards. Stateless. */
public interface PlacementStrategy {
    /** As in a shard's {@code strategy_id}. */
    String id();

    /**
     * Prepares the placement of one namespace's shards.
     *
     * @param candidates in order of id, distinct, at least one
     * @param shards     how many will be placed, ≥ 0: what a strategy with a bound on the load divides
     * @return places one shard after the other; a strategy with a bound remembers what it gave
     */
    Placer prepare(List<Candidate> candidates, long shards);

    /** Places shards, in order of their ids. Not thread-safe. */
    interface Placer {
        /**
         * @param localityHint {@code zone:Z}, {@code region:R}, {@code R/Z} or empty
         */
        Candidate place(String namespace, String shardId, String localityHint);
    }
}
