/**
 * gRPC over HTTP/2 by grpc-java's Netty server, with health, reflection and counters. Called by
 * {@code OmniRelayServer}.
 */
@NullMarked
package io.omnirelay.transport.grpc;

import org.jspecify.annotations.NullMarked;
