package io.meshkit.client;

import org.jspecify.annotations.Nullable;

/**
 * What an answer came by.
 *
 * @param transport of the attempt that was answered
 * @param encoding  of the messages, for example {@code protobuf}
 * @param downgrade why that was not the preferred transport; null if it was, or if the mode allowed no other
 */
public record Negotiated(
        TransportKind transport, String encoding, @Nullable DowngradeEvent downgrade) {

    /** The version of HTTP: {@code h3} or {@code h2}. */
    public String protocol() {
        return transport.protocol();
    }

    /** For example {@code http3;protobuf}. */
    @Override
    public String toString() {
        return transport.label() + ";" + encoding;
    }
}
