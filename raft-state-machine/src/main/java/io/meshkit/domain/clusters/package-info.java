/**
 * The verbs on clusters of the mesh: descriptors, legal transitions, promotion under a failover epoch.
 *
 * <p>Called through {@code io.meshkit.domain.CommandHandlers}. Pure: the same view and request give the same
 * decision on every replica.
 */
@NullMarked
package io.meshkit.domain.clusters;

import org.jspecify.annotations.NullMarked;
