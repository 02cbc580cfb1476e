/**
 * What the leader's decisions about leases do to the state. When to take them is the leader's lessor's
 * business, outside the domain.
 *
 * <p>Called through {@code io.meshkit.domain.CommandHandlers}. Pure. Invariants: a decision of one term has no
 * effect in another; a step about a generation of a lease has no effect on a later one; a lease ends once.
 */
@NullMarked
package io.meshkit.domain.leases;

import org.jspecify.annotations.NullMarked;
