package io.meshkit.domain.placement;

import java.util.List;

/**
 * {@code locality}: rendezvous among the nodes of the shard's hinted zone or region; among all where the hint fits
 * none, or where there is none.
 */
final class Locality implements PlacementStrategy {
    private static final String ZONE = "zone:";
    private static final String REGION = "region:";

    @Override
    public String id() {
        return "locality";
    }

    @Override
    public Placer prepare(List<Candidate> candidates, long shards) {
        return (namespace, shardId, hint) -> {
            List<Candidate> near = candidates.stream()
                    .filter(candidate -> isNear(candidate, hint))
                    .toList();
            return Rendezvous.PLAIN.best(near.isEmpty() ? candidates : near, namespace, shardId);
        };
    }

    private static boolean isNear(Candidate candidate, String hint) {
        if (hint.isEmpty()) {
            return true;
        }
        if (hint.startsWith(ZONE)) {
            return candidate.zone().equals(hint.substring(ZONE.length()));
        }
        if (hint.startsWith(REGION)) {
            return candidate.region().equals(hint.substring(REGION.length()));
        }
        int slash = hint.indexOf('/');
        return slash >= 0
                ? candidate.region().equals(hint.substring(0, slash))
                        && candidate.zone().equals(hint.substring(slash + 1))
                : candidate.region().equals(hint) || candidate.zone().equals(hint);
    }
}
