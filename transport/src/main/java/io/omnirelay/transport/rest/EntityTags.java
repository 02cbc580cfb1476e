package io.omnirelay.transport.rest;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** If-None-Match, by RFC 9110 §13.1.2: weak comparison. */
final class EntityTags {
    private EntityTags() {}

    /** Whether the caller has what the etag names already. */
    static boolean matches(HttpHeaders request, String etag) {
        for (String header : request.getAll(HttpHeaderNames.IF_NONE_MATCH)) {
            for (String candidate : header.split(",")) {
                String tag = candidate.trim();
                if (tag.equals("*") || opaque(tag).equals(opaque(etag))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
