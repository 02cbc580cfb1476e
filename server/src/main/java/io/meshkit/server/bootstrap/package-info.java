/**
 * What a node adds to the verbs of bootstrap: it makes the secrets of join tokens, before the log.
 *
 * <p>Called by {@link io.meshkit.server.verbs.Mutations}. Invariant: no secret reaches the log.
 */
@NullMarked
package io.meshkit.server.bootstrap;

import org.jspecify.annotations.NullMarked;
