/**
 * What hurts the quorum: faults as the command line names them, when they come, and how each shows that it had an
 * effect. Called by the runner.
 *
 * <p>Invariants: what and when follows from the seed; every injection is healed, and healing twice does no harm; a
 * fault counts only with evidence that the operating system, not the fault itself, gives.
 */
@NullMarked
package io.meshkit.jepsen.nemesis;

import org.jspecify.annotations.NullMarked;
