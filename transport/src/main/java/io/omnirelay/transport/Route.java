package io.omnirelay.transport;

import io.omnirelay.transport.NegotiatedTransport.Protocol;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A plain HTTP resource beside the bound services: {@code /healthz}, {@code /metrics}, {@code /openapi.json}.
 *
 * @param path    exact, starting with a slash
 * @param methods GET, which includes HEAD, or POST, or both; others are answered with 405
 * @param handler makes the answer
 */
public record Route(String path, Set<String> methods, Handler handler) {
    /** A resource to be read: GET and HEAD. */
    public Route(String path, Handler handler) {
        this(path, Set.of("GET"), handler);
    }

    public Route {
        methods = Set.copyOf(methods);
        if (!Set.of("GET", "POST").containsAll(methods) || methods.isEmpty()) {
            throw new IllegalArgumentException("A route's methods are GET and POST: " + methods);
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("A route's path starts with a slash: " + path);
        }
    }

    /** Makes the answer of a route. Thread: on the server's executor, several at once; may block. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request) throws Exception;
    }

    /**
     * What a route is asked.
     *
     * @param method  GET, HEAD or POST
     * @param query   the raw query, without the question mark; may be empty
     * @param headers names in lower case; of repeated headers the first
     * @param session the TLS session, for {@code PeerIdentity}
     */
    public record Request(
            String method,
            String path,
            String query,
            Map<String, String> headers,
            Protocol protocol,
            SocketAddress remote,
            @Nullable SSLSession session) {}

    /** What a route answers. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, not compared.
    public record Response(int status, String contentType, byte[] body) {
        /** A response of plain text in UTF-8. */
        public static Response text(int status, String text) {
            return new Response(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }

        /** A response of JSON in UTF-8. */
        public static Response json(int status, String json) {
            return new Response(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
        }
    }
}
