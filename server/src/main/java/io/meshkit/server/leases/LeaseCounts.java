package io.meshkit.server.leases;

/**
 * How the leases of this leader stand.
 *
 * @param term             whose leases they are; -1: this node holds none
 * @param held             due, and held by the guard
 * @param guardEngagedAtMs wall clock, Unix ms; 0 while the guard does not hold
 * @param guardExpiriesMax so many peers may expire within the guard's window
 */
public record LeaseCounts(
        long term, long alive, long suspect, long held, long guardEngagedAtMs, long guardExpiriesMax) {
    public boolean guardEngaged() {
        return guardEngagedAtMs > 0;
    }
}
