/**
 * The verbs on shards: placement, ownership under an epoch, status.
 *
 * <p>Called through {@code io.meshkit.domain.CommandHandlers}. Pure: the same view and request give the same
 * decision on every replica.
 */
@NullMarked
package io.meshkit.domain.shards;

import org.jspecify.annotations.NullMarked;
