/**
 * The verbs on peers: registration, description, labels, and what operators allow a peer to do.
 *
 * <p>Called through {@code io.meshkit.domain.CommandHandlers}. Pure: the same view and request give the same
 * decision on every replica.
 */
@NullMarked
package io.meshkit.domain.peers;

import org.jspecify.annotations.NullMarked;
