/**
 * Who may do what: roles, bindings and tokens, and what follows from them for a caller.
 *
 * <p>Called by {@link io.meshkit.domain.RegistryStateMachine} for every command, before any effect, and by the
 * server at the edge and for reads. Invariants: what a caller may do is a function of the state, the caller's
 * credential and the time; a grant that cannot be held against a target does not count for it; nobody but the
 * leader itself is the system.
 */
@NullMarked
package io.meshkit.domain.access;

import org.jspecify.annotations.NullMarked;
