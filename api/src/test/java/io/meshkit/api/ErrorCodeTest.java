package io.meshkit.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
    /** The taxonomy of DESIGN §6. Part of the wire and of stored outcomes: rows are added, never changed. */
    private static final String GOLDEN = """
            1 INVALID_REQUEST INVALID_ARGUMENT(3) http=400 exit=2 applied=APPLIED_NO /problems/invalid-request
            2 UNAUTHENTICATED UNAUTHENTICATED(16) http=401 exit=3 applied=APPLIED_NO /problems/unauthenticated
            3 FORBIDDEN PERMISSION_DENIED(7) http=403 exit=3 applied=APPLIED_NO /problems/forbidden
            4 NOT_FOUND NOT_FOUND(5) http=404 exit=4 applied=APPLIED_NO /problems/not-found
            5 ALREADY_EXISTS ALREADY_EXISTS(6) http=409 exit=5 applied=APPLIED_NO /problems/already-exists
            6 REVISION_MISMATCH FAILED_PRECONDITION(9) http=412 exit=6 applied=APPLIED_NO /problems/revision-mismatch
            7 STALE_FENCING_TOKEN FAILED_PRECONDITION(9) http=412 exit=6 applied=APPLIED_NO /problems/stale-fencing-token
            8 LEASE_EXPIRED FAILED_PRECONDITION(9) http=412 exit=6 applied=APPLIED_NO /problems/lease-expired
            9 PRECONDITION_FAILED FAILED_PRECONDITION(9) http=412 exit=6 applied=APPLIED_NO /problems/precondition-failed
            10 COMPACTED OUT_OF_RANGE(11) http=410 exit=7 applied=APPLIED_NO /problems/compacted
            11 LIMIT_EXCEEDED RESOURCE_EXHAUSTED(8) http=429 exit=8 applied=APPLIED_NO /problems/limit-exceeded
            12 OVERLOADED RESOURCE_EXHAUSTED(8) http=429 exit=8 applied=APPLIED_NO retryable /problems/overloaded
            13 NO_LEADER UNAVAILABLE(14) http=503 exit=9 applied=APPLIED_NO retryable /problems/no-leader
            14 NO_QUORUM UNAVAILABLE(14) http=503 exit=9 applied=APPLIED_NO retryable /problems/no-quorum
            15 LEADERSHIP_LOST UNAVAILABLE(14) http=503 exit=10 applied=APPLIED_UNKNOWN retryable /problems/leadership-lost
            16 DEADLINE_EXCEEDED DEADLINE_EXCEEDED(4) http=504 exit=10 applied=APPLIED_UNKNOWN retryable /problems/deadline-exceeded
            17 CORRUPTION DATA_LOSS(15) http=500 exit=1 applied=APPLIED_UNKNOWN /problems/corruption
            18 INTERNAL INTERNAL(13) http=500 exit=1 applied=APPLIED_UNKNOWN /problems/internal
            """;

    @Test
    void table_isAsPublished() {
        StringBuilder table = new StringBuilder();
        for (ErrorCode code : ErrorCode.values()) {
            table.append(code.number())
                    .append(' ')
                    .append(code)
                    .append(' ')
                    .append(code.grpcStatus())
                    .append('(')
                    .append(code.grpcStatus().code())
                    .append(") http=")
                    .append(code.httpStatus())
                    .append(" exit=")
                    .append(code.exitCode())
                    .append(" applied=")
                    .append(code.applied())
                    .append(code.retryable() ? " retryable " : " ")
                    .append(code.problemType())
                    .append('\n');
        }
        assertThat(table.toString()).isEqualTo(GOLDEN);
    }

    @Test
    void numbers_areUnique() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number)).doesNotHaveDuplicates();
    }

    @Test
    void ofName_roundTrips_andTakesTheUnknownForInternal() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.ofName(code.name())).isEqualTo(code);
        }
        assertThat(ErrorCode.ofName("FROM_THE_FUTURE")).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void ofGrpcStatus_namesACodeOfThatStatus() {
        for (ErrorCode.GrpcStatus status : ErrorCode.GrpcStatus.values()) {
            assertThat(ErrorCode.ofGrpcStatus(status.code()).grpcStatus()).isEqualTo(status);
        }
    }
}
