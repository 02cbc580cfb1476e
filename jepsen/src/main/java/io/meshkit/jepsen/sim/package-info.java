/**
 * A whole quorum in one thread: the real domain, proposer and read barrier over a simulated log, network, clock and
 * disk.
 *
 * <p>What happens is data, a list of steps: the same list gives the same run, byte for byte, so that a failure can be
 * kept, replayed and made small. Ratis itself cannot run so; what stands in for it ({@link
 * io.meshkit.jepsen.sim.SimNode}) keeps Raft's rules and no more. Called by {@code jepsen sim} and the properties.
 *
 * <p>Invariant: no clock, no thread, no randomness of its own, no order that hashing decides.
 */
@NullMarked
package io.meshkit.jepsen.sim;

import org.jspecify.annotations.NullMarked;
