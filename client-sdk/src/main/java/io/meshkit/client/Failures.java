package io.meshkit.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.protobuf.StatusProto;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Makes an {@link ErrorDetail} of what gRPC reports, and tells a failed connection from a failed call. */
final class Failures {
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

    static Failure of(io.grpc.Status status, @Nullable Metadata trailers, NodeChannel node) {
        ErrorDetail carried = carriedDetail(status, trailers);
        if (carried != null) {
            return new Failure(carried, true, true);
        }
        Throwable cause = status.getCause();
        if (causedBy(cause, SSLHandshakeException.class) != null) {
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

    private static @Nullable ErrorDetail carriedDetail(io.grpc.Status status, @Nullable Metadata trailers) {
        if (trailers == null) {
            return null;
        }
        Status carrier = StatusProto.fromStatusAndTrailers(status, trailers);
        for (Any any : carrier.getDetailsList()) {
            if (any.is(ErrorDetail.class)) {
                try {
                    return any.unpack(ErrorDetail.class);
                } catch (InvalidProtocolBufferException e) {
                    return null;
                }
            }
        }
        return null;
    }

    private static boolean neverSent(io.grpc.Status status) {
        Throwable cause = status.getCause();
        return status.getCode() == io.grpc.Status.Code.UNAVAILABLE
                && (causedBy(cause, ConnectException.class) != null
                        || causedBy(cause, NoRouteToHostException.class) != null
                        || causedBy(cause, UnknownHostException.class) != null
                        || causedBy(cause, UnresolvedAddressException.class) != null);
    }

    private static ErrorDetail unreachable(NodeChannel node, io.grpc.Status status) {
        Throwable cause = status.getCause();
        String why = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
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
