/**
 * Which node a shard belongs to, by the strategies that a shard's {@code strategy_id} names.
 *
 * <p>Called by the simulation query. Invariant: pure and the same on every machine: no clock, no randomness,
 * {@code StrictMath} for logarithms, candidates in order of their ids.
 */
@NullMarked
package io.meshkit.domain.placement;

import org.jspecify.annotations.NullMarked;
