package io.omnirelay.transport.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A policy in force, as calls ask it. Immutable; made by {@link PolicyEvaluator}. Thread: any number. */
public final class TransportPolicy {
    private final Map<String, Entry> byEndpoint = new HashMap<>();

    /** What the policy says of a call. */
    public enum Verdict {
        PREFERRED,
        /** Allowed, and not preferred. */
        DOWNGRADE,
        FORBIDDEN
    }

    /** Ways that an exception allows until a time, Unix ms. */
    record Permitted(int ways, long expiresMs) {}

    /** @param offered what exceptions cannot go beyond */
    record Entry(String endpoint, int allowed, int offered, int preferred, List<Permitted> permitted) {
        Entry {
            permitted = List.copyOf(permitted);
        }

        int allowedAt(long nowMs) {
            int ways = allowed;
            for (Permitted exception : permitted) {
                if (nowMs < exception.expiresMs()) {
                    ways |= exception.ways() & offered;
                }
            }
            return ways;
        }
    }

    TransportPolicy(List<Entry> entries) {
        entries.forEach(entry -> byEndpoint.put(entry.endpoint(), entry));
    }

    /** Whether the policy speaks of the endpoint; of others it allows everything. */
    public boolean covers(String endpoint) {
        return byEndpoint.containsKey(endpoint);
    }

    /**
     * What holds for a call.
     *
     * @param nowMs for exceptions that have an end
     */
    public Verdict verdict(String endpoint, Way way, long nowMs) {
        Entry entry = byEndpoint.get(endpoint);
        if (entry == null) {
            return Verdict.PREFERRED;
        }
        if ((entry.allowedAt(nowMs) & way.mask()) == 0) {
            return Verdict.FORBIDDEN;
        }
        return (entry.preferred() & way.mask()) == 0 ? Verdict.DOWNGRADE : Verdict.PREFERRED;
    }

    /** The ways by which the endpoint may be called. */
    public List<Way> allowed(String endpoint, long nowMs) {
        Entry entry = byEndpoint.get(endpoint);
        return entry == null ? List.of() : Way.of(entry.allowedAt(nowMs));
    }
}
