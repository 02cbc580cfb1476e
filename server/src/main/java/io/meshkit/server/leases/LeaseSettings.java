package io.meshkit.server.leases;

/**
 * How the lessor behaves. Each node has its own; those of the leader count.
 *
 * @param suspectGraceMs       default 30 000: how long a peer stays suspect before it has left
 * @param checkpointIntervalMs default 5 000: how often what remains of a silent lease is written down, so that a
 *                             change of leader does not start it anew. A lease is silent from half its TTL on
 * @param guardPercent         default 30: of the peers' leases that may expire within the window; 0: no guard
 * @param guardCountMin        default 10: so many may expire in any case
 * @param guardWindowMs        default 30 000: what counts as at once
 */
public record LeaseSettings(
        long suspectGraceMs, long checkpointIntervalMs, int guardPercent, int guardCountMin, long guardWindowMs) {
    public static LeaseSettings defaults() {
        return new LeaseSettings(30_000, 5_000, 30, 10, 30_000);
    }
}
