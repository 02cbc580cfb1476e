/**
 * HTTP/3: the QUIC listener, up to the same request streams as HTTP/2 has. Called by {@code OmniRelayServer}; its
 * stream handlers are shared with the client in {@code client.http3}.
 *
 * <p>Invariant: a request that was taken is answered, refused with H3_REQUEST_REJECTED before anybody saw it, or
 * lost together with its connection.
 */
@NullMarked
package io.omnirelay.transport.http3;

import org.jspecify.annotations.NullMarked;
