package io.omnirelay.transport.rest;

import io.grpc.Status;
import io.meshkit.api.RegistryException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.http.RequestHead;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes that no descriptor describes. */
final class PlainRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(PlainRoutes.class);

    private final Map<String, Route> byPath = new HashMap<>();

    /** @throws IllegalArgumentException if a path is given twice */
    PlainRoutes(List<Route> routes) {
        for (Route route : routes) {
            if (byPath.putIfAbsent(route.path(), route) != null) {
                throw new IllegalArgumentException("Two routes for " + route.path());
            }
        }
    }

    @Nullable
    Route find(String path) {
        return byPath.get(path);
    }

    Set<String> paths() {
        return byPath.keySet();
    }

    /** Runs the handler; its failures become problems. */
    void answer(RestExchange rest, Route route) {
        RequestHead head = rest.exchange().head();
        Map<String, String> lowerCase = new HashMap<>();
        head.headers().forEach(h -> lowerCase.putIfAbsent(h.getKey().toLowerCase(Locale.ROOT), h.getValue()));
        try {
            Route.Response response = route.handler()
                    .handle(new Route.Request(
                            head.method(),
                            head.path(),
                            head.query(),
                            Map.copyOf(lowerCase),
                            head.connection().protocol(),
                            head.connection().remote(),
                            head.connection().session()));
            HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
            headers.set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
            headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
            Status status = response.status() < 400 ? Status.OK : Status.UNAVAILABLE;
            rest.respond(status, response.status(), headers, response.body());
        } catch (Exception | LinkageError | AssertionError e) {
            RegistryException error = Errors.of(e);
            if (error.getCause() != null) {
                LOG.error("Route {} failed unexpectedly", route.path(), e);
            }
            rest.fail(Errors.toGrpc(error).getStatus(), error, null);
        }
    }
}
