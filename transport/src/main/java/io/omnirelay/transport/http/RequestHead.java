package io.omnirelay.transport.http;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * The head of a request.
 *
 * @param method  as sent: HTTP methods are case-sensitive
 * @param target  raw path and query, starting with a slash, or {@code *}
 * @param headers names compared without case; not to be changed
 */
public record RequestHead(String method, String target, HttpHeaders headers, ConnectionInfo connection) {
    /** The raw path, before any question mark. */
    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** The raw query, after the question mark; may be empty. */
    public String query() {
        int question = target.indexOf('?');
        return question < 0 ? "" : target.substring(question + 1);
    }
}
