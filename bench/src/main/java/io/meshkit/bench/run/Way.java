package io.meshkit.bench.run;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A transport by which the same unary call can be made; the first one is what the others are compared with. */
enum Way {
    GRPC_H2("grpc-h2", "gRPC over HTTP/2, gRPC port (grpc-java on both sides)"),
    GRPC_H2_HTTPS("grpc-h2-https", "gRPC over HTTP/2, HTTPS port (our bridge, grpc-java's client)"),
    GRPC_H3("grpc-h3", "gRPC over HTTP/3 (our bridge and client)"),
    REST_H2("rest-h2", "REST+JSON over HTTP/2 (the JDK's client)"),
    REST_H3("rest-h3", "REST+JSON over HTTP/3 (Netty's client)");

    private final String label;
    private final String description;

    Way(String label, String description) {
        this.label = label;
        this.description = description;
    }

    String label() {
        return label;
    }

    String description() {
        return description;
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Way of(String label) {
        for (Way way : values()) {
            if (way.label.equals(label)) {
                return way;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is none of "
                + Arrays.stream(values()).map(Way::label).collect(Collectors.joining(", ")));
    }
}
