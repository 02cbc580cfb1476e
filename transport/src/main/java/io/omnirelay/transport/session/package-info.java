/**
 * Sessions: many unary calls over one stream of gRPC, whose frames carry many calls and answers each.
 *
 * <p>{@code OmniRelayServer} serves {@link io.omnirelay.transport.session.SessionService} beside the other services, and
 * {@code io.omnirelay.transport.client.session} calls it. Invariants: a call on a session goes to the very handler, with
 * the very interceptors, that it would go to by itself; every call that was taken is answered once, or its stream breaks;
 * answers come in any order, so that no call waits for another.
 */
@NullMarked
package io.omnirelay.transport.session;

import org.jspecify.annotations.NullMarked;
