package io.omnirelay.transport;

import io.grpc.Attributes;
import io.grpc.Grpc;

/**
 * What a call travels on: protocol, style and encoding.
 *
 * <p>Set for every call as attribute {@link #KEY} of the {@code ServerCall}, and repeated to the caller in
 * header {@value #HEADER} (for example {@code http2;json}), so that a downgrade can be seen on both sides.
 */
public record NegotiatedTransport(Protocol protocol, Style style, Encoding encoding) {
    /** The response header, and gRPC response metadata, that names the negotiated transport. */
    public static final String HEADER = "x-omnirelay-transport";

    /** The attribute of a {@code ServerCall}. */
    @Grpc.TransportAttr
    public static final Attributes.Key<NegotiatedTransport> KEY =
            Attributes.Key.create("io.omnirelay.transport.NegotiatedTransport");

    /** gRPC with protobuf over HTTP/2. */
    public static final NegotiatedTransport GRPC =
            new NegotiatedTransport(Protocol.HTTP_2, Style.GRPC, Encoding.PROTOBUF);

    /** The name of the transport as policies use it: {@code grpc}, {@code http3}, {@code http2}, {@code http1.1}. */
    public String transportName() {
        return style == Style.GRPC && protocol == Protocol.HTTP_2 ? "grpc" : protocol.label();
    }

    /** As in the header: {@code http2;json}. */
    @Override
    public String toString() {
        return transportName() + ";" + encoding.label();
    }

    /** The version of HTTP below. */
    public enum Protocol {
        HTTP_1_1("http1.1"),
        HTTP_2("http2"),
        HTTP_3("http3");

        private final String label;

        Protocol(String label) {
            this.label = label;
        }

        /** The word for headers, labels and policies. */
        public String label() {
            return label;
        }
    }

    /** How calls are laid over HTTP. */
    public enum Style {
        GRPC,
        REST
    }

    /** How messages are laid out. */
    public enum Encoding {
        PROTOBUF("protobuf"),
        JSON("json"),
        /** Bytes that are no message: metrics, documents. */
        RAW("raw");

        private final String label;

        Encoding(String label) {
            this.label = label;
        }

        /** The word for headers, labels and policies. */
        public String label() {
            return label;
        }
    }
}
