/**
 * Calls among the members outside Raft: forwarding, read indexes, terms and checkpoints, over gRPC with
 * mutual TLS under the Raft CA.
 *
 * <p>Called by the replica and by {@code io.meshkit.server.verbs}. Invariant: both ends of every connection
 * are members, each proven by the SPIFFE id in its certificate.
 */
@NullMarked
package io.meshkit.server.node;

import org.jspecify.annotations.NullMarked;
