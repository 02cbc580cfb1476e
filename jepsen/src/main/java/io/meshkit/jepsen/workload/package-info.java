/**
 * What clients do in a run: which operations, in an order that follows from the seed, and how each is done through
 * the SDK. Called by the runner.
 *
 * <p>Invariants: the operations are data before they are calls; what the history says of an operation is what
 * {@code docs/jepsen.md} lays down; nothing here judges.
 */
@NullMarked
package io.meshkit.jepsen.workload;

import org.jspecify.annotations.NullMarked;
