package io.omnirelay.transport.policy;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import java.util.List;

/**
 * Something that is served, by its stable name: a service ({@code meshkit.v1.PeerService}), the path of a plain
 * resource ({@code /metrics}), or a port among members ({@code raft}, {@code node}).
 *
 * @param category   the name of its category
 * @param transports that it is really served on
 * @param encodings  that it really speaks
 */
public record Endpoint(String name, String category, List<TransportKind> transports, List<Encoding> encodings) {
    public Endpoint {
        transports = List.copyOf(transports);
        encodings = List.copyOf(encodings);
    }

    /** Everything by which it can be called. */
    int ways() {
        return Way.masks(transports, encodings);
    }
}
