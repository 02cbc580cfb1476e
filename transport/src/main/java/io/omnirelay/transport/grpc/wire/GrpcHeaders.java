package io.omnirelay.transport.grpc.wire;

import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Metadata as HTTP header fields, and back. */
public final class GrpcHeaders {
    public static final String CONTENT_TYPE = "application/grpc";
    public static final String TIMEOUT = "grpc-timeout";
    public static final String ENCODING = "grpc-encoding";
    public static final String ACCEPT_ENCODING = "grpc-accept-encoding";
    public static final String STATUS = "grpc-status";
    public static final String MESSAGE = "grpc-message";

    /** Of the transport, not of the call. */
    private static final Set<String> NOT_METADATA = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "te",
            "upgrade",
            "host",
            "content-length",
            "content-type",
            TIMEOUT,
            ENCODING,
            ACCEPT_ENCODING,
            STATUS,
            MESSAGE);

    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();

    private GrpcHeaders() {}

    /** True for {@code application/grpc} and its protobuf subtype, with or without parameters. */
    public static boolean isGrpc(CharSequence contentType) {
        String type = contentType.toString().toLowerCase(Locale.ROOT);
        if (!type.startsWith(CONTENT_TYPE)) {
            return false;
        }
        String rest = type.substring(CONTENT_TYPE.length());
        return rest.isEmpty() || rest.startsWith(";") || rest.equals("+proto") || rest.startsWith("+proto;");
    }

    /** The metadata among header fields. What gRPC cannot express is left out, and so are pseudo-headers. */
    public static Metadata read(Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields) {
        Metadata metadata = new Metadata();
        for (Map.Entry<? extends CharSequence, ? extends CharSequence> field : fields) {
            String name = field.getKey().toString().toLowerCase(Locale.ROOT);
            if (!usable(name)) {
                continue;
            }
            String value = field.getValue().toString();
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                readBinary(metadata, name, value);
            } else if (MetadataText.isPrintable(value)) {
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
            }
        }
        return metadata;
    }

    private static void readBinary(Metadata metadata, String name, String value) {
        Metadata.Key<byte[]> key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
        // Several values may be joined by commas: no comma is base64.
        for (String part : value.split(",", -1)) {
            try {
                metadata.put(key, Base64.getDecoder().decode(part.strip()));
            } catch (IllegalArgumentException e) {
                // As if it were absent, like in grpc-java.
                continue;
            }
        }
    }

    /** Gives each field of the metadata to {@code into}, in the order of their names' first use. */
    public static void write(Metadata metadata, BiConsumer<String, String> into) {
        for (String name : metadata.keys()) {
            if (!usable(name)) {
                continue;
            }
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                Iterable<byte[]> values = metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
                if (values != null) {
                    values.forEach(
                            value -> into.accept(name, new String(ENCODER.encode(value), StandardCharsets.ISO_8859_1)));
                }
            } else {
                Iterable<String> values = metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
                if (values != null) {
                    values.forEach(value -> {
                        if (MetadataText.isPrintable(value)) {
                            into.accept(name, value);
                        }
                    });
                }
            }
        }
    }

    private static boolean usable(String name) {
        return MetadataText.isName(name) && !NOT_METADATA.contains(name) && !name.startsWith("x-http");
    }
}
