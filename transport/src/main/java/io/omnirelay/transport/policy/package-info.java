/**
 * The transport policy: which transports and encodings each category of endpoints allows and prefers, who may deviate
 * and until when.
 *
 * <p>Called by the server when it starts and for every call, by whoever validates a configuration, and by the registry
 * when its policy document is changed.
 *
 * <p>Invariants: the defaults cannot be loosened, only narrowed or excepted; an evaluation is a pure function of its
 * arguments, the time among them; sets that become labels are bounded.
 */
@NullMarked
package io.omnirelay.transport.policy;

import org.jspecify.annotations.NullMarked;
