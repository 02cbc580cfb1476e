/**
 * gRPC over HTTP/3, calling side: a channel for the same generated stubs and interceptors as grpc-java's own.
 * Called by the SDK.
 *
 * <p>Everything of one channel happens on one event loop: its calls, its connections and their streams need no
 * locks. Invariant: every call that was started is closed exactly once.
 */
@NullMarked
package io.omnirelay.transport.client.http3;

import org.jspecify.annotations.NullMarked;
