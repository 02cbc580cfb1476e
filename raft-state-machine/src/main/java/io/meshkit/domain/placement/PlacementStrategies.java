package io.meshkit.domain.placement;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The strategies by their ids. A new one adds its line here. */
public final class PlacementStrategies {
    /** What a shard has that names none. */
    public static final String DEFAULT = "rendezvous";

    private static final TreeMap<String, PlacementStrategy> BY_ID = new TreeMap<>();

    static {
        add(Rendezvous.PLAIN);
        add(Rendezvous.WEIGHTED);
        add(new BoundedRendezvous());
        add(new HashRing());
        add(new Locality());
    }

    private PlacementStrategies() {}

    /** The strategy of the id. */
    public static Optional<PlacementStrategy> find(String id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /** All ids, in order. */
    public static List<String> ids() {
        return List.copyOf(BY_ID.keySet());
    }

    /**
     * How many points a ring of the candidates has: the one strategy whose cost grows with the weights.
     */
    public static long ringPoints(List<Candidate> candidates) {
        return candidates.stream()
                .mapToLong(candidate -> HashRing.points(candidate.weight()))
                .sum();
    }

    private static void add(PlacementStrategy strategy) {
        if (BY_ID.put(strategy.id(), strategy) != null) {
            throw new IllegalStateException("two strategies are called " + strategy.id());
        }
    }
}
