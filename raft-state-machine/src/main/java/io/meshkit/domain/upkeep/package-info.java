/**
 * The commands with which the leader keeps the registry in order: no verb of the contract asks for them, they
 * change no record and make no revision.
 */
@NullMarked
package io.meshkit.domain.upkeep;

import org.jspecify.annotations.NullMarked;
