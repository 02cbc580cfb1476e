package io.meshkit.domain.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * {@code bounded-rendezvous}: weighted rendezvous in which no node gets more than a quarter above its fair share; a
 * shard whose best node is full goes to the next best.
 *
 * <p>Shards are placed in order of their ids, so that the same shards and nodes always give the same placement.
 *
 * <p>Source: Mirrokni, Thorup and Zadimoghaddam 2018, Consistent Hashing with Bounded Loads.
 */
final class BoundedRendezvous implements PlacementStrategy {
    /** How much of its fair share a node may get. */
    static final double LOAD_MAX = 1.25;

    private record Ranked(int candidate, double rank) {}

    @Override
    public String id() {
        return "bounded-rendezvous";
    }

    @Override
    public Placer prepare(List<Candidate> candidates, long shards) {
        double weights = candidates.stream().mapToDouble(Candidate::weight).sum();
        long[] room = new long[candidates.size()];
        for (int i = 0; i < room.length; i++) {
            room[i] = (long) Math.ceil(LOAD_MAX * shards * candidates.get(i).weight() / weights);
        }
        return (namespace, shardId, hint) -> {
            List<Ranked> ranking = new ArrayList<>(candidates.size());
            for (int i = 0; i < candidates.size(); i++) {
                ranking.add(new Ranked(i, Rendezvous.WEIGHTED.rank(candidates.get(i), namespace, shardId)));
            }
            // Stable: of equal ranks the smaller id stays first.
            ranking.sort(Comparator.comparingDouble(Ranked::rank).reversed());
            for (Ranked ranked : ranking) {
                if (room[ranked.candidate()] > 0) {
                    room[ranked.candidate()]--;
                    return candidates.get(ranked.candidate());
                }
            }
            // Only with more shards than were announced: the bound has nothing to say of those.
            return candidates.get(ranking.getFirst().candidate());
        };
    }
}
