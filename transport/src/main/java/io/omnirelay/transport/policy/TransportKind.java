package io.omnirelay.transport.policy;

import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.NegotiatedTransport.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a call can travel on, by the names that policies use. */
public enum TransportKind {
    HTTP3("http3"),
    GRPC_H3("grpc-h3"),
    /** gRPC over HTTP/2. */
    GRPC("grpc"),
    HTTP2("http2"),
    HTTP1("http1");

    private final String label;

    TransportKind(String label) {
        this.label = label;
    }

    /** The word in policies, labels and events. */
    public String label() {
        return label;
    }

    /** Whether it carries gRPC, whose messages are always protobuf. */
    public boolean isGrpc() {
        return this == GRPC || this == GRPC_H3;
    }

    /** Whether it can carry the encoding. */
    public boolean carries(Encoding encoding) {
        return !isGrpc() || encoding == Encoding.PROTOBUF;
    }

    /** What the call came by. */
    public static TransportKind of(NegotiatedTransport negotiated) {
        boolean grpc = negotiated.style() == Style.GRPC;
        return switch (negotiated.protocol()) {
            case HTTP_3 -> grpc ? GRPC_H3 : HTTP3;
            case HTTP_2 -> grpc ? GRPC : HTTP2;
            case HTTP_1_1 -> HTTP1;
        };
    }

    /** By label. */
    public static Optional<TransportKind> named(String label) {
        for (TransportKind kind : values()) {
            if (kind.label.equals(label)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** Every label, the best first. */
    public static List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (TransportKind kind : values()) {
            labels.add(kind.label);
        }
        return labels;
    }
}
