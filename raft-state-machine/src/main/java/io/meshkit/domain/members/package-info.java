/**
 * What the registry remembers of the quorum's own members: who came and who went, for the audit history, and so that
 * no id is used twice. Who is a member now, the Raft configuration says, not this.
 *
 * <p>Written by the leader around each change of the Raft configuration: before a member joins or leaves, and after.
 */
@NullMarked
package io.meshkit.domain.members;

import org.jspecify.annotations.NullMarked;
