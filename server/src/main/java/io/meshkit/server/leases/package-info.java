/**
 * The leader's lessor: it extends leases from memory and decides when they end.
 *
 * <p>Called by the verbs of the lease service, by the other members (forwarded calls) and by the apply thread.
 * Invariants: no lease ends before its whole TTL has passed, by the leader's monotonic clock, since a moment
 * after its last acknowledged keep-alive was sent; nothing is acknowledged or decided without a read barrier
 * that began afterwards; time in which the leader could not serve does not count.
 */
@NullMarked
package io.meshkit.server.leases;

import org.jspecify.annotations.NullMarked;
