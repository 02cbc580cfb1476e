package io.meshkit.domain.placement;

import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * Highest random weight: every node has a score for a shard, and the highest wins, so that a node that goes takes
 * only its own shards with it. Of equal scores the smaller id wins.
 *
 * <p>{@code rendezvous} multiplies the score by the weight, as the original system does, which does not give shares
 * in proportion to the weights; {@code weighted-rendezvous} takes −w / ln u, which does.
 *
 * <p>Source: Thaler and Ravishankar 1998; weights: Schindelhauer and Schomaker 2005.
 *
 * @param rank makes a rank of a score in [0, 1] and a weight; the highest wins
 */
record Rendezvous(String id, DoubleBinaryOperator rank) implements PlacementStrategy {
    private static final double WEIGHT_MIN = 0.001;

    /** The smallest score that has a logarithm, and the greatest whose logarithm is not 0. */
    private static final double SCORE_MIN = 0x1p-64;

    private static final double SCORE_MAX = 1 - 0x1p-53;

    static final Rendezvous PLAIN =
            new Rendezvous("rendezvous", (score, weight) -> score * Math.max(WEIGHT_MIN, weight));

    static final Rendezvous WEIGHTED = new Rendezvous(
            "weighted-rendezvous",
            (score, weight) -> -weight / StrictMath.log(Math.min(SCORE_MAX, Math.max(SCORE_MIN, score))));

    @Override
    public Placer prepare(List<Candidate> candidates, long shards) {
        return (namespace, shardId, hint) -> best(candidates, namespace, shardId);
    }

    /** @param candidates in order of id, at least one */
    Candidate best(List<Candidate> candidates, String namespace, String shardId) {
        Candidate best = candidates.getFirst();
        double highest = rank(best, namespace, shardId);
        for (Candidate candidate : candidates.subList(1, candidates.size())) {
            double rank = rank(candidate, namespace, shardId);
            if (rank > highest) {
                best = candidate;
                highest = rank;
            }
        }
        return best;
    }

    double rank(Candidate candidate, String namespace, String shardId) {
        return rank.applyAsDouble(ShardHash.score(namespace, shardId, candidate.id()), candidate.weight());
    }
}
