package io.meshkit.client;

/** What a call really travels on. */
public enum TransportKind {
    /** gRPC over HTTP/3 on the HTTPS port. */
    HTTP3("http3", "h3"),
    /** gRPC over HTTP/2 on the HTTPS port. */
    HTTP2("http2", "h2"),
    /** gRPC over HTTP/2 on the gRPC port. */
    GRPC("grpc", "h2");

    private final String label;
    private final String protocol;

    TransportKind(String label, String protocol) {
        this.label = label;
        this.protocol = protocol;
    }

    /** The word for options and metrics. */
    public String label() {
        return label;
    }

    /** The version of HTTP below, as ALPN names it: {@code h3} or {@code h2}. */
    public String protocol() {
        return protocol;
    }

    @Override
    public String toString() {
        return label;
    }
}
