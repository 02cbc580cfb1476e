/**
 * Replication: the only code that knows Apache Ratis. It proposes commands, applies committed entries
 * through {@code io.meshkit.domain} and writes the outcome in one batch.
 */
@NullMarked
package io.meshkit.raft;

import org.jspecify.annotations.NullMarked;
