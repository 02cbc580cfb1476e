/**
 * What the leader does unasked: the quorum's key, the journal's retention.
 *
 * <p>Every node runs it, only the leader proposes; a proposal of a leader of the past changes nothing that a second
 * one would not.
 */
@NullMarked
package io.meshkit.server.upkeep;

import org.jspecify.annotations.NullMarked;
