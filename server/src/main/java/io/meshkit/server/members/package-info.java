/**
 * The quorum's members while it runs: where they are, how one is added, removed or replaced, and what a node does that
 * wants to join or that was removed.
 *
 * <p>Called by the verbs, by the node port and at the start. Invariants: the Raft configuration alone says who is a
 * member; the leader makes one change at a time; what it does stands in the journal before it is done; no id is used
 * for a second member.
 */
@NullMarked
package io.meshkit.server.members;

import org.jspecify.annotations.NullMarked;
