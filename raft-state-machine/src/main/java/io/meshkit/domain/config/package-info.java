/**
 * The verbs on config documents: JSON merge patch within limits.
 *
 * <p>Called through {@code io.meshkit.domain.CommandHandlers}. Pure: the same view and request give the same
 * decision on every replica.
 */
@NullMarked
package io.meshkit.domain.config;

import org.jspecify.annotations.NullMarked;
