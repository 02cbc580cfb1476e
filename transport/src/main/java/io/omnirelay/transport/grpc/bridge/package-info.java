/**
 * gRPC on the HTTPS port: streams of HTTP/2 and HTTP/3 become calls of the same service definitions that
 * grpc-java's own server has, by its public {@code ServerCall} alone. Called by {@code OmniRelayServer} through
 * {@link io.omnirelay.transport.http.StreamProtocol}.
 *
 * <p>{@code GrpcStream} lives on the event loop and knows frames; {@code BridgeCall} lives on the executor and
 * knows messages.
 */
@NullMarked
package io.omnirelay.transport.grpc.bridge;

import org.jspecify.annotations.NullMarked;
