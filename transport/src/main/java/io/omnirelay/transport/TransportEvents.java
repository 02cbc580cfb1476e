package io.omnirelay.transport;

import io.omnirelay.transport.NegotiatedTransport.Protocol;
import java.net.SocketAddress;

/**
 * What the transport tells whoever counts: connections and finished requests.
 *
 * <p>Thread: called on I/O threads and on executor threads, several at once; must not block and must not
 * throw.
 */
public interface TransportEvents {
    /** A listener that counts nothing. */
    TransportEvents NONE = new TransportEvents() {};

    /** TLS and ALPN are done. */
    default void connectionOpened(Protocol protocol, SocketAddress remote) {}

    /** A connection that was told opened is gone. */
    default void connectionClosed(Protocol protocol, SocketAddress remote) {}

    /**
     * A connection was closed before it could be used: too many connections, or a failed handshake.
     *
     * @param detail for people
     */
    default void connectionRefused(SocketAddress remote, Refusal reason, String detail) {}

    /** A request has its answer, or never will: its caller has gone. */
    default void requestFinished(RequestSummary summary) {}

    /**
     * One finished request.
     *
     * @param method        full rpc name ({@code meshkit.v1.PeerService/GetPeer}), the path of a plain route, or
     *                      {@code unknown}: a bounded set
     * @param transport     what it travelled on
     * @param grpcStatus    the {@code io.grpc.Status.Code} number, ≥ 0
     * @param httpStatus    the HTTP status; 0 for gRPC, and when the caller had gone
     * @param durationNanos from the head of the request to the end of the answer
     * @param requestBytes  body bytes received
     * @param responseBytes body bytes sent
     */
    record RequestSummary(
            String method,
            NegotiatedTransport transport,
            int grpcStatus,
            int httpStatus,
            long durationNanos,
            long requestBytes,
            long responseBytes) {}
}
