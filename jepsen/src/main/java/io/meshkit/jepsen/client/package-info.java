/**
 * Clients of a run: one per process of the history, each of which asks one node and tries once, so that what the
 * history says is what that node answered. Called by workloads.
 *
 * <p>Invariant: {@link io.meshkit.jepsen.client.Outcome} alone decides what a failure means.
 */
@NullMarked
package io.meshkit.jepsen.client;

import org.jspecify.annotations.NullMarked;
