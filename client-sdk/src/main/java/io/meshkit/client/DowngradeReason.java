package io.meshkit.client;

/** Why a node is not called over HTTP/3. The labels are stable: metrics, files and scripts name them. */
public enum DowngradeReason {
    /** No answer to the first QUIC packets: something drops UDP on the way. */
    QUIC_BLOCKED("quic_blocked"),
    /** The host says that nobody listens on the UDP port. */
    REFUSED("refused"),
    /** A connection that stood has fallen silent, or its handshake did not end in time. */
    TIMEOUT("timeout"),
    /** The server speaks QUIC, but no HTTP/3. */
    ALPN("alpn"),
    /** The TLS handshake failed over QUIC, and it has to be seen whether it does over TCP. */
    TLS("tls"),
    /** Configuration rules HTTP/3 out: no HTTPS port is known of the node. */
    POLICY("policy"),
    /** This machine cannot: the native QUIC library does not load. */
    UNAVAILABLE("unavailable"),
    /** Anything else, for example no route; the event's detail says what. */
    FAILED("failed");

    private final String label;

    DowngradeReason(String label) {
        this.label = label;
    }

    /** The word for metrics and output. */
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }
}
