/**
 * A run: a quorum of real processes in a sandbox, clients, faults, recovery, last reads, verdict. Behind
 * {@code omnirelay jepsen run} and {@code jepsen matrix}.
 *
 * <p>Invariants: whatever a run starts is stopped and whatever it breaks is healed, however it ends; a run that
 * could not do what it was asked to is never valid.
 */
@NullMarked
package io.meshkit.jepsen.run;

import org.jspecify.annotations.NullMarked;
