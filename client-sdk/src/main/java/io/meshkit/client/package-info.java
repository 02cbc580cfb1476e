/**
 * The client SDK: one entry point, {@link io.meshkit.client.MeshKitClient}, whose generic core calls any verb of
 * the contract, with the retries, the leader awareness and the paging that every caller needs. The typed façades
 * ({@code PeersApi} and its siblings) are thin: a new verb works through the core before it has a façade.
 *
 * <p>Called by the CLI, the test tools and third parties. Invariants: a mutation keeps its request id over all of
 * its attempts, a rejection is never retried, and a call never takes longer than its deadline.
 */
@NullMarked
package io.meshkit.client;

import org.jspecify.annotations.NullMarked;
