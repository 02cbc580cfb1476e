/**
 * The verbs of the contract, bound to the registry from their descriptors: mutations go to the leader, reads
 * are answered here at the level asked for, and a few verbs concern the node itself.
 *
 * <p>Called by the transport, on a virtual thread per call, behind the interceptors of
 * {@code io.meshkit.server.access} and {@code io.meshkit.server.observe}. Invariants: a mutation carries one
 * request id through every attempt; a read is never older than its level allows.
 */
@NullMarked
package io.meshkit.server.verbs;

import org.jspecify.annotations.NullMarked;
