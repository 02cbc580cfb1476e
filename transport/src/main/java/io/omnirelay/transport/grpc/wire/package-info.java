/**
 * gRPC's wire format above any version of HTTP: messages with their prefix, metadata, timeouts and status as
 * headers. Shared by the serving bridge and the HTTP/3 client; knows no connection.
 *
 * <p>Sources: gRPC's PROTOCOL-HTTP2.md, and proposal G2 for HTTP/3.
 */
@NullMarked
package io.omnirelay.transport.grpc.wire;

import org.jspecify.annotations.NullMarked;
