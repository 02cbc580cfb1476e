/**
 * The systems that are measured: how each is started as three processes, and the one client of it that the works go
 * through.
 *
 * <p>One way in: {@link io.meshkit.bench.systems.Contenders}. {@code bench run} calls it. Invariants: every system
 * keeps its data on the same disk and answers a write only when it is durable on a majority; every client of a system
 * is its public one; a system runs only processes of its own, which end with the run.
 */
@NullMarked
package io.meshkit.bench.systems;

import org.jspecify.annotations.NullMarked;
