package io.meshkit.server.leases;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back the expiry of peers when too many would go at once: then the fault is more likely the registry's or
 * the network's than theirs. Guarded by the lessor.
 */
final class ExpiryGuard {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryGuard.class);

    private final int percent;
    private final int countMin;
    private final long windowNanos;
    private final LeaseMetrics metrics;
    /** Who has expired within the window → when, oldest first. */
    private final LinkedHashMap<Long, Long> recent = new LinkedHashMap<>();
    /** Whom an operator has let go. */
    private final Set<Long> released = new HashSet<>();

    private String releaseReason = "";
    private long engagedAtMs;

    /**
     * @param percent     of the peers' leases that may expire within the window; 0: no guard
     * @param countMin    so many may expire in any case
     * @param windowNanos what counts as at once
     */
    ExpiryGuard(int percent, int countMin, long windowNanos, LeaseMetrics metrics) {
        this.percent = percent;
        this.countMin = countMin;
        this.windowNanos = windowNanos;
        this.metrics = metrics;
    }

    /** How many of so many peers may expire within the window. */
    long expiriesMax(int peers) {
        return percent == 0 ? Long.MAX_VALUE : Math.max(countMin, (long) peers * percent / 100);
    }

    /**
     * Whether those who are due must be held.
     *
     * @param peers leases of peers that have not ended
     */
    boolean holds(Set<Long> due, int peers, long nowNanos) {
        recent.values().removeIf(at -> nowNanos - at > windowNanos);
        Set<Long> together = new HashSet<>(due);
        together.removeAll(released);
        boolean any = !together.isEmpty();
        together.addAll(recent.keySet());
        // Who has left within the window is one of the peers that the share is taken of.
        long max = expiriesMax(Math.max(peers, together.size()));
        boolean holds = any && together.size() > max;
        if (holds && engagedAtMs == 0) {
            engagedAtMs = System.currentTimeMillis();
            LOG.error(
                    "mass-expiry guard: {} of {} peers would expire at once, more than {}; none does until they are"
                            + " kept alive again or an operator releases the guard",
                    together.size(),
                    peers,
                    max);
        } else if (!holds && engagedAtMs > 0) {
            engagedAtMs = 0;
            LOG.warn("mass-expiry guard: no longer engaged");
        }
        metrics.guard(holds);
        return holds;
    }

    /** Wall clock, Unix ms; 0 while it does not hold. */
    long engagedAtMs() {
        return engagedAtMs;
    }

    boolean isReleased(long lease) {
        return released.contains(lease);
    }

    void expired(long lease, long nowNanos) {
        recent.remove(lease);
        // Whom an operator lets go says nothing about the others.
        if (!released.contains(lease)) {
            recent.put(lease, nowNanos);
        }
    }

    /** It was kept alive after all, or is no more. */
    void settled(long lease) {
        released.remove(lease);
    }

    /** Lets go who is held; returns how many. */
    int release(Set<Long> due, String reason) {
        Set<Long> held = engagedAtMs > 0 ? Set.copyOf(due) : Set.of();
        released.addAll(held);
        recent.keySet().removeAll(held);
        releaseReason = "released from the mass-expiry guard: " + reason;
        LOG.warn("mass-expiry guard: {} leases are released: {}", held.size(), reason);
        return held.size();
    }

    /** For the audit history of who was let go. */
    String releaseReason() {
        return releaseReason;
    }

    void clear() {
        recent.clear();
        released.clear();
        engagedAtMs = 0;
        metrics.guard(false);
    }
}
