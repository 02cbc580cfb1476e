package io.meshkit.jepsen.client;

import io.meshkit.client.TransportMode;
import java.util.List;
import java.util.Locale;

/**
 * What clients speak: all the same, or each node's clients in turn one of several.
 *
 * @param modes ≥ 1, in turn
 */
public record Transports(List<TransportMode> modes) {
    /** HTTP/3 and gRPC over HTTP/2 on its own port, in one run. */
    private static final String MIXED = "mixed";

    public Transports {
        modes = List.copyOf(modes);
    }

    /**
     * Reads a transport's word, or {@code mixed}.
     *
     * @throws IllegalArgumentException for any other word; the message lists them
     */
    public static Transports parse(String word) {
        if (word.toLowerCase(Locale.ROOT).equals(MIXED)) {
            return new Transports(List.of(TransportMode.HTTP3, TransportMode.GRPC));
        }
        try {
            return new Transports(List.of(TransportMode.parse(word)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; or " + MIXED, e);
        }
    }

    /** Of a client, by its number; clients are bound to the nodes in turn. */
    public TransportMode of(int client, int nodes) {
        return modes.get(client / nodes % modes.size());
    }

    /** As it is typed. */
    public String label() {
        return modes.size() > 1 ? MIXED : modes.get(0).label();
    }
}
