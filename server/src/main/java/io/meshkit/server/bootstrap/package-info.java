/**
 * What a node does about bootstrap: it makes the secrets of join tokens before the log, and signs workload certificates
 * after it, exactly as the state has decided.
 *
 * <p>Called by {@link io.meshkit.server.verbs.Mutations}. Invariants: no secret and no private key reaches the log, and
 * nothing is signed that is not in the state.
 */
@NullMarked
package io.meshkit.server.bootstrap;

import org.jspecify.annotations.NullMarked;
