/**
 * {@code bench run}, {@code growth}, {@code watch} and {@code transports}: loads through the public SDK, and what they
 * cost the nodes.
 *
 * <p>Invariants: only operations that end inside a cell's window are counted as done; every failure, of
 * warm-up and draining too, is counted under its code; the cells of {@code bench run} are interleaved, so that a
 * disturbance of the machine meets all of them alike; results are in their file after every measurement.
 */
@NullMarked
package io.meshkit.bench.run;

import org.jspecify.annotations.NullMarked;
