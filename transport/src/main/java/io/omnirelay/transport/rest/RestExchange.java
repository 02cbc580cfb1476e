package io.omnirelay.transport.rest;

import io.grpc.Metadata;
import io.grpc.Status;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.NegotiatedTransport.Style;
import io.omnirelay.transport.Problem;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportEvents.RequestSummary;
import io.omnirelay.transport.http.Exchange;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An exchange with what all REST answers have in common: the negotiated transport, the problem format and the
 * summary for the counters.
 */
final class RestExchange {
    private static final String REQUEST_ID = "x-meshkit-request-id";
    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final Exchange exchange;
    private final NegotiatedTransport negotiated;
    private volatile Status.Code outcome = Status.Code.CANCELLED;
    private volatile int httpStatus;

    /** @param method as in {@link RequestSummary#method} */
    RestExchange(Exchange exchange, Encoding encoding, String method, TransportEvents events) {
        this.exchange = exchange;
        this.negotiated = new NegotiatedTransport(exchange.head().connection().protocol(), Style.REST, encoding);
        exchange.ended()
                .thenAccept(delivered -> events.requestFinished(new RequestSummary(
                        method,
                        negotiated,
                        outcome.value(),
                        delivered ? httpStatus : 0,
                        System.nanoTime() - exchange.startNanos(),
                        exchange.receivedBytes(),
                        exchange.sentBytes())));
    }

    Exchange exchange() {
        return exchange;
    }

    NegotiatedTransport negotiated() {
        return negotiated;
    }

    Encoding encoding() {
        return negotiated.encoding();
    }

    /** The whole answer. */
    void respond(Status status, int http, HttpHeaders headers, byte[] body) {
        outcome(status, http);
        exchange.respond(http, common(headers), body);
    }

    /** The start of an answer of unknown length. */
    void start(HttpHeaders headers) {
        outcome(Status.OK, 200);
        exchange.start(200, common(headers));
    }

    /** An error of the taxonomy as the whole answer. */
    void fail(Status status, RegistryException error, @Nullable Metadata trailers) {
        problem(status, problem(error, trailers), trailers, null);
    }

    /** A problem of HTTP itself as the whole answer. @param allow for the Allow header, or null */
    void fail(Problem problem, @Nullable String allow) {
        problem(Status.fromCodeValue(problem.code().grpcStatus().code()), problem, null, allow);
    }

    private void problem(Status status, Problem problem, @Nullable Metadata trailers, @Nullable String allow) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (problem.retryAfterSeconds() > 0) {
            headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
        }
        if (problem.code() == ErrorCode.UNAUTHENTICATED) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (allow != null) {
            headers.set(HttpHeaderNames.ALLOW, allow);
        }
        CallHeaders.copy(trailers, headers);
        respond(status, problem.status(), headers, located(problem).toJson());
    }

    /** The problem as JSON text, for a stream that has begun already. */
    String problemText(RegistryException error, @Nullable Metadata trailers) {
        return new String(problem(error, trailers).toJson(), StandardCharsets.UTF_8);
    }

    /** Notes how it ended for the counters. */
    void outcome(Status status, int http) {
        outcome = status.getCode();
        httpStatus = http;
    }

    /** There is nobody to answer. */
    void gone(Status status) {
        outcome(status, 0);
    }

    private Problem problem(RegistryException error, @Nullable Metadata trailers) {
        String requestId =
                trailers == null ? null : trailers.get(Metadata.Key.of(REQUEST_ID, Metadata.ASCII_STRING_MARSHALLER));
        if (requestId == null) {
            requestId = exchange.head().headers().get(IDEMPOTENCY_KEY, "");
        }
        return Problem.of(error, exchange.head().path(), requestId);
    }

    private Problem located(Problem problem) {
        return problem.instance().isEmpty()
                ? new Problem(
                        problem.status(), problem.detail(), exchange.head().path(), problem.requestId())
                : problem;
    }

    private HttpHeaders common(HttpHeaders headers) {
        return headers.set(NegotiatedTransport.HEADER, negotiated.toString()).set("x-content-type-options", "nosniff");
    }
}
