/**
 * Policies: what is asked of mutations beyond their callers' rights, and the verbs that change them.
 *
 * <p>Called by {@link io.meshkit.domain.RegistryStateMachine} for every command. Invariants: a policy that was
 * acknowledged at revision r is held against every change after r; the registry's own commands are asked for nothing.
 */
@NullMarked
package io.meshkit.domain.policies;

import org.jspecify.annotations.NullMarked;
