/**
 * {@code bench run}: a closed loop of asynchronous calls through the public SDK, and what they cost the nodes.
 *
 * <p>Invariants: only operations that end inside a cell's window are counted as done; every failure, of
 * warm-up and draining too, is counted under its code; cells are interleaved, so that a disturbance of the machine
 * meets all of them alike.
 */
@NullMarked
package io.meshkit.bench.run;

import org.jspecify.annotations.NullMarked;
