/**
 * Several verbs that happen together, under one revision, or not at all.
 *
 * <p>Called through {@code io.meshkit.domain.CommandHandlers}. Pure: the same view and request give the same
 * decision on every replica.
 */
@NullMarked
package io.meshkit.domain.transactions;

import org.jspecify.annotations.NullMarked;
