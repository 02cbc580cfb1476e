/**
 * Bootstrap: from a one-time token to an identity.
 *
 * <p>Called by {@link io.meshkit.domain.RegistryStateMachine} for the verbs of BootstrapService. Invariants: whether a
 * token may be used, and what for, is decided where the command is applied, by log time; no secret and no private key
 * ever reaches the domain.
 */
@NullMarked
package io.meshkit.domain.bootstrap;

import org.jspecify.annotations.NullMarked;
