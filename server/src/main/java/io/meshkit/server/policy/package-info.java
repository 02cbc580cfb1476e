/**
 * The transport policy of a node: what it serves, which policy is in force, what was counted, how it is validated.
 *
 * <p>Called by the wiring. The policy itself is {@code io.omnirelay.transport.policy}.
 *
 * <p>Invariants: a node with a policy that does not fit what it serves does not start; a live document that does not
 * fit is ignored, and the node goes on with what was in force; label values come from the catalogue of endpoints.
 */
@NullMarked
package io.meshkit.server.policy;

import org.jspecify.annotations.NullMarked;
