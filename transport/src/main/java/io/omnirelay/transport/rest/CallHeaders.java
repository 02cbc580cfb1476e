package io.omnirelay.transport.rest;

import io.grpc.Metadata;
import io.netty.handler.codec.http.HttpHeaders;
import io.omnirelay.transport.grpc.wire.GrpcHeaders;
import io.omnirelay.transport.grpc.wire.GrpcTimeout;
import io.omnirelay.transport.grpc.wire.MetadataText;
import io.omnirelay.transport.json.WellKnownReader;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** HTTP headers as gRPC metadata, and back; and the deadline that a caller asks for. */
final class CallHeaders {
    static final String TIMEOUT = "x-meshkit-timeout";
    static final String GRPC_TIMEOUT = GrpcHeaders.TIMEOUT;

    /** Of one connection or of the body, not of the call. */
    private static final Set<String> NOT_METADATA = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "te",
            "upgrade",
            "expect",
            "content-length",
            "content-type",
            "content-encoding",
            "date",
            "server");

    private CallHeaders() {}

    /** Every header that can be metadata. Names come in lower case; unusable ones are left out. */
    static Metadata metadata(HttpHeaders headers) {
        Metadata metadata = new Metadata();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!usable(name)
                    || name.startsWith("x-http2-")
                    || name.startsWith("x-http3-")
                    || name.startsWith("grpc-")) {
                continue;
            }
            try {
                if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                    metadata.put(
                            Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
                            Base64.getDecoder().decode(header.getValue()));
                } else if (MetadataText.isPrintable(header.getValue())) {
                    metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), header.getValue());
                }
            } catch (IllegalArgumentException e) {
                // A binary header that is no base64: as if it were absent, like in gRPC over HTTP/2.
                continue;
            }
        }
        return metadata;
    }

    /** Adds what a service has set in its metadata, unless HTTP itself or a field speaks of it already. */
    static void copy(@Nullable Metadata metadata, HttpHeaders into) {
        if (metadata == null) {
            return;
        }
        for (String name : metadata.keys()) {
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX) || name.startsWith("grpc-") || !usable(name)) {
                continue;
            }
            String value = metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
            if (value != null && MetadataText.isPrintable(value) && !into.contains(name)) {
                into.set(name, value);
            }
        }
    }

    /**
     * How long the caller wants to wait, from {@value #TIMEOUT} ({@code 5s}, {@code 250ms}) or
     * {@value #GRPC_TIMEOUT} ({@code 5S}); null if it does not say.
     *
     * @throws io.meshkit.api.RegistryException INVALID_REQUEST
     */
    static @Nullable Duration timeout(HttpHeaders headers) {
        String own = headers.get(TIMEOUT);
        if (own != null) {
            Duration timeout = parse(own.trim());
            if (timeout == null || timeout.isNegative() || timeout.isZero()) {
                throw Requests.invalid(
                        "Header \"" + TIMEOUT + "\" must be a duration above 0, such as 5s or 250ms", TIMEOUT, "");
            }
            return timeout;
        }
        String grpc = headers.get(GRPC_TIMEOUT);
        if (grpc == null) {
            return null;
        }
        try {
            return Duration.ofNanos(GrpcTimeout.parse(grpc));
        } catch (IllegalArgumentException e) {
            throw Requests.invalid("Header \"" + GRPC_TIMEOUT + "\" must be like 5S or 250m", GRPC_TIMEOUT, "");
        }
    }

    private static boolean usable(String name) {
        return MetadataText.isName(name) && !NOT_METADATA.contains(name);
    }

    private static @Nullable Duration parse(String text) {
        try {
            com.google.protobuf.Duration parsed = WellKnownReader.duration(text);
            return Duration.ofSeconds(parsed.getSeconds(), parsed.getNanos());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
