package io.omnirelay.transport.grpc.wire;

import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A status as header fields: the code as a number, the message percent-encoded. */
public final class GrpcStatus {
    private GrpcStatus() {}

    /** The message for {@code grpc-message}: UTF-8, with all but printable ASCII, and the percent sign, escaped. */
    public static String encode(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (b >= 0x20 && b < 0x7F && b != '%') {
                text.append((char) b);
            } else {
                text.append('%')
                        .append(Character.toUpperCase(Character.forDigit((b >> 4) & 0xF, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
            }
        }
        return text.toString();
    }

    /** Undoes {@link #encode}; a broken escape stands for itself, as gRPC demands. */
    public static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(in[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The status of trailers; UNKNOWN if they name none, or none that is a number. */
    public static Status read(@Nullable CharSequence code, @Nullable CharSequence message) {
        if (code == null) {
            return Status.UNKNOWN.withDescription("The answer has no grpc-status");
        }
        Status status;
        try {
            status = Status.fromCodeValue(Integer.parseInt(code.toString().strip()));
        } catch (NumberFormatException e) {
            return Status.UNKNOWN.withDescription("grpc-status is no number: " + code);
        }
        return message == null ? status : status.withDescription(decode(message.toString()));
    }

    /** What an answer by HTTP alone means to a gRPC caller. Source: gRPC's http-grpc-status-mapping.md. */
    public static Status ofHttp(int status) {
        Status result = switch (status) {
            case 400 -> Status.INTERNAL;
            case 401 -> Status.UNAUTHENTICATED;
            case 403 -> Status.PERMISSION_DENIED;
            case 404 -> Status.UNIMPLEMENTED;
            case 431 -> Status.RESOURCE_EXHAUSTED;
            case 429, 502, 503, 504 -> Status.UNAVAILABLE;
            default -> Status.UNKNOWN;
        };
        return result.withDescription("HTTP status " + status);
    }
}
