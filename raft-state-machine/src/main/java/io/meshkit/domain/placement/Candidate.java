package io.meshkit.domain.placement;

/**
 * A node that shards can be given to.
 *
 * @param weight its share in relation to the others', finite, > 0
 * @param region empty: unknown
 * @param zone   empty: unknown
 */
public record Candidate(String id, double weight, String region, String zone) {}
