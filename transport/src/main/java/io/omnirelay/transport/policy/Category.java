package io.omnirelay.transport.policy;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import java.util.List;

/**
 * A kind of endpoint and what is right for it. What is allowed and not preferred is a downgrade: served, and counted.
 *
 * @param name                lower-case words with hyphens
 * @param transports          allowed; the preferred ones among them
 * @param preferredTransports not empty
 * @param encodings           allowed; the preferred ones among them
 * @param preferredEncodings  not empty
 * @param exceptions          whether exceptions may be made
 */
public record Category(
        String name,
        List<TransportKind> transports,
        List<TransportKind> preferredTransports,
        List<Encoding> encodings,
        List<Encoding> preferredEncodings,
        boolean exceptions) {
    /** @throws IllegalArgumentException if something is preferred and not allowed, or nothing is preferred */
    public Category {
        transports = List.copyOf(transports);
        preferredTransports = List.copyOf(preferredTransports);
        encodings = List.copyOf(encodings);
        preferredEncodings = List.copyOf(preferredEncodings);
        if (preferredTransports.isEmpty()
                || preferredEncodings.isEmpty()
                || !transports.containsAll(preferredTransports)
                || !encodings.containsAll(preferredEncodings)) {
            throw new IllegalArgumentException("category " + name + " must prefer something, and only what it allows");
        }
    }
}
