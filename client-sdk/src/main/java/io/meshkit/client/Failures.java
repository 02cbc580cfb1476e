package io.meshkit.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.client.http3.Http3ConnectException;
import io.omnirelay.transport.client.http3.Http3ConnectException.Kind;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Makes an {@link ErrorDetail} of what gRPC reports, and tells a failed connection from a failed call. */
final class Failures {
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private Failures() {}

    /**
     * What an attempt met.
     *
     * @param detail    never empty of code and message
     * @param connected false if the request certainly did not leave this machine
     * @param fromNode  the node itself said so, not the network in between
     */
    record Failure(ErrorDetail detail, boolean connected, boolean fromNode) {
        ErrorCode code() {
            return ErrorCode.ofName(detail.getCode());
        }
    }

    static Failure of(Status status, @Nullable Metadata trailers, NodeChannel node) {
        if (trailers != null && trailers.containsKey(DETAILS)) {
            return new Failure(Errors.of(status, trailers).detail(), true, true);
        }
        Throwable cause = status.getCause();
        Throwable quic = causedBy(cause, Http3ConnectException.class);
        if (causedBy(cause, SSLHandshakeException.class) != null
                && !(quic instanceof Http3ConnectException known && known.kind() == Kind.ALPN)) {
            return new Failure(untrusted(node, cause), false, false);
        }
        if (neverSent(status)) {
            return new Failure(unreachable(node, status), false, false);
        }
        ErrorCode code = ErrorCode.ofGrpcStatus(status.getCode().value());
        String said = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        String hint = code == ErrorCode.DEADLINE_EXCEEDED
                ? "Allow more time, or look at the quorum's status."
                : "Look at the node's log and at the quorum's status.";
        return new Failure(
                RegistryException.detail(code, "node " + node.endpoint() + ": " + said, hint)
                        .build(),
                true,
                false);
    }

    /** What a watch met: it changes nothing, so a connection that is cut leaves nothing in doubt. */
    static Failure ofWatch(Status status, @Nullable Metadata trailers, NodeChannel node) {
        Failure failure = of(status, trailers, node);
        if (failure.fromNode() || failure.code() != ErrorCode.LEADERSHIP_LOST) {
            return failure;
        }
        return new Failure(
                RegistryException.detail(
                                ErrorCode.NO_QUORUM,
                                failure.detail().getMessage(),
                                failure.detail().getHint())
                        .build(),
                failure.connected(),
                false);
    }

    /** The time was over before the request could be sent. */
    static Failure tooLate(NodeChannel node) {
        ErrorDetail detail = RegistryException.detail(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "no connection to " + node.endpoint() + " in time",
                        "Allow more time, or look at the quorum's status.")
                .setApplied(ErrorDetail.Applied.APPLIED_NO)
                .build();
        return new Failure(detail, false, false);
    }

    private static boolean neverSent(Status status) {
        Throwable cause = status.getCause();
        return status.getCode() == Status.Code.UNAVAILABLE
                && (causedBy(cause, ConnectException.class) != null
                        || causedBy(cause, Http3ConnectException.class) != null
                        || causedBy(cause, NoRouteToHostException.class) != null
                        || causedBy(cause, UnknownHostException.class) != null
                        || causedBy(cause, UnresolvedAddressException.class) != null);
    }

    private static ErrorDetail unreachable(NodeChannel node, Status status) {
        Throwable quic = causedBy(status.getCause(), Http3ConnectException.class);
        String said = quic == null ? String.valueOf(status.getCause()) : "HTTP/3: " + quic.getMessage();
        // The native transport wraps it in numbers that tell nobody anything.
        String why = said.contains("refused") ? "connection refused" : said;
        return RegistryException.detail(
                        ErrorCode.NO_QUORUM,
                        "cannot connect to " + node.endpoint() + ": " + why,
                        "Check that the quorum runs and that the endpoints are right.")
                .build();
    }

    private static ErrorDetail untrusted(NodeChannel node, @Nullable Throwable cause) {
        Throwable handshake = causedBy(cause, SSLHandshakeException.class);
        String why = handshake == null ? "" : ": " + handshake.getMessage();
        return RegistryException.detail(
                        ErrorCode.UNAUTHENTICATED,
                        "TLS with " + node.endpoint() + " failed" + why,
                        "Check that the CA and the client certificate belong to this quorum.")
                .build();
    }

    private static @Nullable Throwable causedBy(@Nullable Throwable top, Class<? extends Throwable> type) {
        Throwable cause = top;
        for (int depth = 0; cause != null && depth < 16; depth++) {
            if (type.isInstance(cause)) {
                return cause;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
