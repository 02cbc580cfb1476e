package io.omnirelay.transport;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import io.omnirelay.transport.tls.ClientTlsFailures;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The one place where errors change their form: {@link RegistryException} ↔ {@code io.grpc} status with an
 * {@link ErrorDetail} in its {@code google.rpc.Status} ↔ problem+json ({@link Problem}).
 *
 * <p>Nothing is lost on the way there and back. A status without a detail, from gRPC itself, gets the best
 * code by {@link ErrorCode#ofGrpcStatus(int)}; one whose cause is a failed TLS handshake is UNAUTHENTICATED, and says what
 * to do.
 */
public final class Errors {
    private Errors() {}

    /** The gRPC form of an error. */
    public static StatusRuntimeException toGrpc(RegistryException error) {
        StatusRuntimeException result = toGrpc(error.detail());
        Throwable cause = error.getCause();
        // The cause stays in this process: neither transport sends it.
        return cause == null
                ? result
                : new StatusRuntimeException(result.getStatus().withCause(cause), result.getTrailers());
    }

    /** The gRPC form of an error's detail. */
    public static StatusRuntimeException toGrpc(ErrorDetail detail) {
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(ErrorCode.ofName(detail.getCode()).grpcStatus().code())
                .setMessage(detail.getMessage())
                .addDetails(Any.pack(detail))
                .build());
    }

    /**
     * The gRPC form of any failure: what is no error of ours and no gRPC status becomes INTERNAL, whose message
     * does not repeat the cause's (it may say more than a caller should know).
     */
    public static StatusRuntimeException toGrpc(Throwable failure) {
        return failure instanceof StatusRuntimeException status ? status : toGrpc(of(failure));
    }

    /** Our form of any failure: finds a {@link RegistryException} or a gRPC status in the chain of causes. */
    public static RegistryException of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof RegistryException error) {
                return error;
            }
            if (t instanceof StatusRuntimeException status) {
                return of(status.getStatus(), status.getTrailers());
            }
            if (t instanceof StatusException status) {
                return of(status.getStatus(), status.getTrailers());
            }
        }
        return RegistryException.of(
                ErrorCode.INTERNAL, "The request failed unexpectedly", "See the node's log", failure);
    }

    /**
     * Our form of a status that is not OK.
     *
     * @param trailers where the detail is, if there is one
     */
    public static RegistryException of(Status status, @Nullable Metadata trailers) {
        ErrorDetail detail = detail(status, trailers);
        ClientTlsFailures.Explanation tls = detail == null ? ClientTlsFailures.explain(status.getCause()) : null;
        if (tls != null) {
            detail = RegistryException.detail(ErrorCode.UNAUTHENTICATED, tls.message(), tls.hint())
                    .build();
        }
        if (detail == null) {
            // gRPC calls some broken connections INTERNAL; that is no bug, and the request may have arrived.
            ErrorCode code = status.getCause() instanceof IOException
                    ? ErrorCode.LEADERSHIP_LOST
                    : ErrorCode.ofGrpcStatus(status.getCode().value());
            String message = status.getDescription();
            detail = RegistryException.detail(
                            code,
                            message == null || message.isEmpty()
                                    ? status.getCode().name()
                                    : message,
                            "")
                    .build();
        }
        return new RegistryException(detail, status.getCause());
    }

    private static @Nullable ErrorDetail detail(Status status, @Nullable Metadata trailers) {
        com.google.rpc.Status proto = StatusProto.fromStatusAndTrailers(status, trailers);
        for (Any any : proto.getDetailsList()) {
            if (any.is(ErrorDetail.class)) {
                try {
                    return any.unpack(ErrorDetail.class);
                } catch (InvalidProtocolBufferException e) {
                    // Garbage in a detail is as good as none: the status itself still tells the code.
                    return null;
                }
            }
        }
        return null;
    }
}
