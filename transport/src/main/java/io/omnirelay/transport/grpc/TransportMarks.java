package io.omnirelay.transport.grpc;

import io.grpc.Attributes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.TransportEvents;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/** Marks gRPC's connections, calls and answers with the negotiated transport. */
final class TransportMarks extends ServerTransportFilter implements ServerInterceptor {
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of(NegotiatedTransport.HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private final TransportEvents events;

    TransportMarks(TransportEvents events) {
        this.events = events;
    }

    @Override
    public Attributes transportReady(Attributes attributes) {
        events.connectionOpened(Protocol.HTTP_2, remote(attributes));
        return attributes.toBuilder()
                .set(NegotiatedTransport.KEY, NegotiatedTransport.GRPC)
                .build();
    }

    @Override
    public void transportTerminated(Attributes attributes) {
        // Also called for connections that never became ready, without our mark.
        if (attributes != null && attributes.get(NegotiatedTransport.KEY) != null) {
            events.connectionClosed(Protocol.HTTP_2, remote(attributes));
        }
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return next.startCall(
                new SimpleForwardingServerCall<Q, R>(call) {
                    @Override
                    public void sendHeaders(Metadata response) {
                        response.put(HEADER, NegotiatedTransport.GRPC.toString());
                        super.sendHeaders(response);
                    }
                },
                headers);
    }

    private static SocketAddress remote(Attributes attributes) {
        return Objects.requireNonNullElseGet(
                attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
                () -> InetSocketAddress.createUnresolved("unknown", 0));
    }
}
