package io.omnirelay.transport.rest;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which encoding a request has and which its caller takes. */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String PROTOBUF = "application/x-protobuf";
    static final String EVENT_STREAM = "text/event-stream";

    private MediaTypes() {}

    /** The encoding of a request's body by its Content-Type, absent meaning JSON; null if it is not served. */
    static @Nullable Encoding ofBody(@Nullable String contentType) {
        if (contentType == null || contentType.isBlank()) {
            return Encoding.JSON;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace("\"", "").trim();
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return null;
            }
        }
        return switch (parts[0].trim()) {
            case JSON, "application/merge-patch+json" -> Encoding.JSON;
            case PROTOBUF, "application/protobuf", "application/vnd.google.protobuf" -> Encoding.PROTOBUF;
            default -> null;
        };
    }

    /** The encoding that the caller likes best, JSON if it does not say; null if it takes none of ours. */
    static @Nullable Encoding accepted(List<String> accept) {
        if (accept.isEmpty()) {
            return Encoding.JSON;
        }
        double json = quality(accept, JSON);
        double protobuf = Math.max(quality(accept, PROTOBUF), quality(accept, "application/protobuf"));
        if (json <= 0 && protobuf <= 0) {
            return null;
        }
        return protobuf > json ? Encoding.PROTOBUF : Encoding.JSON;
    }

    /** Whether a stream of events is taken. */
    static boolean acceptsEvents(List<String> accept) {
        return accept.isEmpty() || quality(accept, EVENT_STREAM) > 0;
    }

    /** The quality of the most specific range that covers the type; 0 if none does. */
    private static double quality(List<String> accept, String type) {
        String group = type.substring(0, type.indexOf('/') + 1) + "*";
        int bestRank = -1;
        double result = 0;
        for (String range : String.join(",", accept).split(",")) {
            String[] parts = range.trim().toLowerCase(Locale.ROOT).split(";");
            String name = parts[0].trim();
            int rank = name.equals(type) ? 2 : name.equals(group) ? 1 : name.equals("*/*") ? 0 : -1;
            if (rank > bestRank) {
                bestRank = rank;
                result = weight(parts);
            }
        }
        return result;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
