/**
 * The verbs on leadership scopes: campaign, resign, removal; and the fencing of mutations made on a scope's
 * behalf.
 *
 * <p>Called through {@code io.meshkit.domain.CommandHandlers} and, when leases end, by
 * {@code io.meshkit.domain.leases}. Pure. Invariants: a scope has at most one leader; whoever waits, waits
 * behind a leader; every election draws a token that no election before it drew.
 */
@NullMarked
package io.meshkit.domain.leadership;

import org.jspecify.annotations.NullMarked;
