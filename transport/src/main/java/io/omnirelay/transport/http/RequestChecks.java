package io.omnirelay.transport.http;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail.Applied;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.Problem;
import io.omnirelay.transport.TransportLimits;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every request must keep to, before anybody looks at what it asks. */
final class RequestChecks {
    private RequestChecks() {}

    /** The first fault of the head, or null. */
    static @Nullable Problem check(HttpRequest request, RequestHead head, TransportLimits limits) {
        if (request.decoderResult().isFailure()) {
            Throwable cause = request.decoderResult().cause();
            if (cause instanceof TooLongHttpLineException) {
                return uriTooLong(limits);
            }
            if (cause instanceof TooLongHttpHeaderException) {
                return headerTooLarge(limits);
            }
            return badRequest("The request is malformed: " + reason(cause));
        }
        if (head.target().length() > limits.uriBytesMax()) {
            return uriTooLong(limits);
        }
        if (headerBytes(request.headers()) > limits.headerBytesMax()) {
            return headerTooLarge(limits);
        }
        if (head.connection().protocol() == Protocol.HTTP_1_1) {
            Problem problem = http1(request);
            if (problem != null) {
                return problem;
            }
        }
        if (!head.target().startsWith("/") && !head.target().equals("*")) {
            return badRequest("The request target must be a path");
        }
        String expect = request.headers().get(HttpHeaderNames.EXPECT);
        if (expect != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)) {
            return problem(417, ErrorCode.INVALID_REQUEST, "Only \"100-continue\" can be expected", "");
        }
        if (HttpUtil.getContentLength(request, -1L) > limits.requestBodyBytesMax()) {
            return bodyTooLarge(limits);
        }
        return null;
    }

    private static @Nullable Problem http1(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1 || version.minorVersion() > 1) {
            return problem(505, ErrorCode.INVALID_REQUEST, "HTTP/1.1 and HTTP/2 are served", "");
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && version.minorVersion() == 1)) {
            return badRequest("Exactly one Host header is required");
        }
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty()
                && !(encodings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encodings.get(0)))) {
            return badRequest("The only Transfer-Encoding that is served is \"chunked\"");
        }
        return null;
    }

    /** The target without scheme and authority, which HTTP/1.1 allows in front of the path. */
    static String originForm(String uri) {
        if (!uri.startsWith("https://") && !uri.startsWith("http://")) {
            return uri;
        }
        int path = uri.indexOf('/', uri.indexOf("://") + 3);
        return path < 0 ? "/" : uri.substring(path);
    }

    static Problem badRequest(String message) {
        return problem(400, ErrorCode.INVALID_REQUEST, message, "");
    }

    static Problem bodyTooLarge(TransportLimits limits) {
        return problem(
                413,
                ErrorCode.LIMIT_EXCEEDED,
                "The request body exceeds " + limits.requestBodyBytesMax() + " bytes (requestBodyBytesMax)",
                "Send less at once");
    }

    static Problem bodyTooLate(TransportLimits limits) {
        return problem(
                408,
                ErrorCode.INVALID_REQUEST,
                "The request body did not arrive within " + limits.bodyTimeout().toMillis() + " ms (bodyTimeout)",
                "");
    }

    static Problem headerTooLate(TransportLimits limits) {
        return problem(
                408,
                ErrorCode.INVALID_REQUEST,
                "The request header did not arrive within "
                        + limits.headerTimeout().toMillis() + " ms (headerTimeout)",
                "");
    }

    static Problem overloaded() {
        return new Problem(
                429,
                RegistryException.detail(
                                ErrorCode.OVERLOADED,
                                "Too many request bytes are in flight (requestBodyBytesInFlightMax)",
                                "Try again later")
                        .setApplied(Applied.APPLIED_NO)
                        .setRetryDelay(RegistryException.millis(1000))
                        .build(),
                "",
                "");
    }

    static String reason(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message == null ? "unknown reason" : message;
    }

    private static Problem uriTooLong(TransportLimits limits) {
        return problem(
                414,
                ErrorCode.LIMIT_EXCEEDED,
                "Path and query exceed " + limits.uriBytesMax() + " bytes (uriBytesMax)",
                "");
    }

    private static Problem headerTooLarge(TransportLimits limits) {
        return problem(
                431,
                ErrorCode.LIMIT_EXCEEDED,
                "The request header exceeds " + limits.headerBytesMax() + " bytes (headerBytesMax)",
                "");
    }

    private static Problem problem(int status, ErrorCode code, String message, String hint) {
        return Problem.of(status, code, message, hint);
    }

    private static long headerBytes(HttpHeaders headers) {
        long bytes = 0;
        for (Map.Entry<String, String> header : headers) {
            // Values are Latin-1 at this level: one char, one byte.
            bytes += header.getKey().length() + header.getValue().length() + 4L;
        }
        return bytes;
    }
}
