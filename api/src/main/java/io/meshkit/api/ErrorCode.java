package io.meshkit.api;

import io.meshkit.v1.ErrorDetail.Applied;
import java.util.Locale;

/**
 * The one error taxonomy: each code maps to a gRPC status, an HTTP status and a CLI exit code, and says
 * whether the mutation may have been applied.
 *
 * <p>Numbers are part of the wire and of stored outcomes: never renumbered, never reused.
 * The table is DESIGN §6; {@code ErrorCodeTest} holds it as a golden.
 */
public enum ErrorCode {
    /** The request is malformed or breaks a rule that no state could satisfy. */
    INVALID_REQUEST(1, GrpcStatus.INVALID_ARGUMENT, 400, 2, Applied.APPLIED_NO, false),
    /** No credential, or one that does not hold. */
    UNAUTHENTICATED(2, GrpcStatus.UNAUTHENTICATED, 401, 3, Applied.APPLIED_NO, false),
    /** The credential holds, but not for this verb. */
    FORBIDDEN(3, GrpcStatus.PERMISSION_DENIED, 403, 3, Applied.APPLIED_NO, false),
    /** The named record, or the path, does not exist. */
    NOT_FOUND(4, GrpcStatus.NOT_FOUND, 404, 4, Applied.APPLIED_NO, false),
    /** A record of that name exists already. */
    ALREADY_EXISTS(5, GrpcStatus.ALREADY_EXISTS, 409, 5, Applied.APPLIED_NO, false),
    /** The record changed since the caller read it. */
    REVISION_MISMATCH(6, GrpcStatus.FAILED_PRECONDITION, 412, 6, Applied.APPLIED_NO, false),
    /** The caller's epoch or fencing token is not the current one. */
    STALE_FENCING_TOKEN(7, GrpcStatus.FAILED_PRECONDITION, 412, 6, Applied.APPLIED_NO, false),
    /** The lease that the request rests on has ended. */
    LEASE_EXPIRED(8, GrpcStatus.FAILED_PRECONDITION, 412, 6, Applied.APPLIED_NO, false),
    /** The state does not allow it now: an illegal transition, a guard. */
    PRECONDITION_FAILED(9, GrpcStatus.FAILED_PRECONDITION, 412, 6, Applied.APPLIED_NO, false),
    /** The revision asked for has been compacted away. */
    COMPACTED(10, GrpcStatus.OUT_OF_RANGE, 410, 7, Applied.APPLIED_NO, false),
    /** A named limit would be exceeded; trying again does not help. */
    LIMIT_EXCEEDED(11, GrpcStatus.RESOURCE_EXHAUSTED, 429, 8, Applied.APPLIED_NO, false),
    /** The node is too busy; try again after the delay. */
    OVERLOADED(12, GrpcStatus.RESOURCE_EXHAUSTED, 429, 8, Applied.APPLIED_NO, true),
    /** No leader is known; nothing was appended. */
    NO_LEADER(13, GrpcStatus.UNAVAILABLE, 503, 9, Applied.APPLIED_NO, true),
    /** No majority answers; nothing was appended. */
    NO_QUORUM(14, GrpcStatus.UNAVAILABLE, 503, 9, Applied.APPLIED_NO, true),
    /** Leadership was lost after the append: the mutation may or may not become applied. */
    LEADERSHIP_LOST(15, GrpcStatus.UNAVAILABLE, 503, 10, Applied.APPLIED_UNKNOWN, true),
    /** Time ran out: the mutation may or may not become applied. */
    DEADLINE_EXCEEDED(16, GrpcStatus.DEADLINE_EXCEEDED, 504, 10, Applied.APPLIED_UNKNOWN, true),
    /** Stored data does not match its checksum. */
    CORRUPTION(17, GrpcStatus.DATA_LOSS, 500, 1, Applied.APPLIED_UNKNOWN, false),
    /** A bug: please report it. */
    INTERNAL(18, GrpcStatus.INTERNAL, 500, 1, Applied.APPLIED_UNKNOWN, false);

    private final int number;
    private final GrpcStatus grpcStatus;
    private final int httpStatus;
    private final int exitCode;
    private final Applied applied;
    private final boolean retryable;

    ErrorCode(int number, GrpcStatus grpcStatus, int httpStatus, int exitCode, Applied applied, boolean retryable) {
        this.number = number;
        this.grpcStatus = grpcStatus;
        this.httpStatus = httpStatus;
        this.exitCode = exitCode;
        this.applied = applied;
        this.retryable = retryable;
    }

    /** Stable number, ≥ 1. */
    public int number() {
        return number;
    }

    /** The gRPC status that carries this code. */
    public GrpcStatus grpcStatus() {
        return grpcStatus;
    }

    /** The HTTP status that carries this code. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The exit code of the CLI. */
    public int exitCode() {
        return exitCode;
    }

    /** Whether a mutation that met this error may have been applied. */
    public Applied applied() {
        return applied;
    }

    /** Whether the same request, with the same request id, can succeed later without a change by the caller. */
    public boolean retryable() {
        return retryable;
    }

    /** The relative URI of the problem type: {@code /problems/no-leader}. */
    public String problemType() {
        return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The code named so, or {@link #INTERNAL} for a name that this version does not know. */
    public static ErrorCode ofName(String name) {
        for (ErrorCode code : values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return INTERNAL;
    }

    /** The best code for a gRPC status that came without a detail of ours. */
    public static ErrorCode ofGrpcStatus(int statusCode) {
        return switch (statusCode) {
            case 3 -> INVALID_REQUEST;
            case 4, 1 -> DEADLINE_EXCEEDED;
            case 5 -> NOT_FOUND;
            case 6 -> ALREADY_EXISTS;
            case 7 -> FORBIDDEN;
            case 8 -> OVERLOADED;
            case 9 -> PRECONDITION_FAILED;
            case 11 -> COMPACTED;
            // Unavailable without a detail comes from the network: the request may have arrived.
            case 14 -> LEADERSHIP_LOST;
            case 15 -> CORRUPTION;
            case 16 -> UNAUTHENTICATED;
            default -> INTERNAL;
        };
    }

    /** The gRPC status codes that the taxonomy uses, by their wire numbers. */
    public enum GrpcStatus {
        INVALID_ARGUMENT(3),
        DEADLINE_EXCEEDED(4),
        NOT_FOUND(5),
        ALREADY_EXISTS(6),
        PERMISSION_DENIED(7),
        RESOURCE_EXHAUSTED(8),
        FAILED_PRECONDITION(9),
        OUT_OF_RANGE(11),
        INTERNAL(13),
        UNAVAILABLE(14),
        DATA_LOSS(15),
        UNAUTHENTICATED(16);

        private final int code;

        GrpcStatus(int code) {
            this.code = code;
        }

        /** The number on the wire. */
        public int code() {
            return code;
        }
    }
}
