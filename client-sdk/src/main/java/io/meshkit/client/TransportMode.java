package io.meshkit.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which transport a client may use. Every one of them carries gRPC with protobuf inside TLS 1.3. */
public enum TransportMode {
    /** HTTP/3 first; a node that cannot be reached by it is called over HTTP/2 until it can. */
    AUTO("auto"),
    /** gRPC over HTTP/3 on the HTTPS port (UDP), and nothing else. */
    HTTP3("http3"),
    /** gRPC over HTTP/2 on the HTTPS port (TCP), and nothing else. */
    HTTP2("http2"),
    /** gRPC over HTTP/2 on the gRPC port (TCP), and nothing else. */
    GRPC("grpc");

    /** Another name of {@link #HTTP3}: what the SDK speaks over HTTP/3 is gRPC. */
    private static final String GRPC_H3 = "grpc-h3";

    private final String label;

    TransportMode(String label) {
        this.label = label;
    }

    /** The word for files, options and metrics. */
    public String label() {
        return label;
    }

    /**
     * Reads a label, or {@code grpc-h3} for {@code http3}.
     *
     * @throws IllegalArgumentException for any other word; the message lists them
     */
    public static TransportMode parse(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.equals(GRPC_H3)) {
            return HTTP3;
        }
        for (TransportMode mode : values()) {
            if (mode.label.equals(lower)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("transport must be one of "
                + Arrays.stream(values()).map(TransportMode::label).collect(Collectors.joining(", ")) + ", " + GRPC_H3
                + ": " + word);
    }

    @Override
    public String toString() {
        return label;
    }
}
