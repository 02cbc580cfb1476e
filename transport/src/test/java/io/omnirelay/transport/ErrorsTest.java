package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorsTest {
    private static RegistryException error(ErrorCode code) {
        return new RegistryException(RegistryException.detail(code, "message", "hint")
                .setCurrentRevision(9)
                .setRetryDelay(RegistryException.millis(250))
                .setLeaderHint("n2")
                .setField("peer.id")
                .build());
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void grpcAndBack_losesNothing(ErrorCode code) {
        RegistryException error = error(code);
        StatusRuntimeException status = Errors.toGrpc(error);

        assertThat(status.getStatus().getCode().value())
                .isEqualTo(code.grpcStatus().code());
        assertThat(Errors.of(status).detail()).isEqualTo(error.detail());
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void problemAndBack_losesNothing(ErrorCode code) throws Exception {
        Problem problem = Problem.of(error(code), "/meshkit/peers/p1", "key-1");
        Problem back = Problem.parse(problem.toJson());

        assertThat(back.detail()).isEqualTo(problem.detail());
        assertThat(back).isEqualTo(problem);
        assertThat(back.status()).isEqualTo(code.httpStatus());
    }

    @Test
    void of_findsTheErrorInTheCauses() {
        RegistryException error = error(ErrorCode.NOT_FOUND);

        assertThat(Errors.of(new ExecutionException(new RuntimeException(error))))
                .isSameAs(error);
        assertThat(Errors.of(new ExecutionException(Errors.toGrpc(error))).detail())
                .isEqualTo(error.detail());
    }

    @Test
    void of_anythingElse_isInternalAndSaysNoMore() {
        RegistryException error = Errors.of(new IllegalStateException("secret"));

        assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(error.detail().toString()).doesNotContain("secret");
        assertThat(error).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(Errors.toGrpc(new IllegalStateException("secret")).getMessage())
                .doesNotContain("secret");
    }

    @Test
    void toGrpc_keepsTheCauseInThisProcess() {
        IOException cause = new IOException("disk");

        assertThat(Errors.toGrpc(RegistryException.of(ErrorCode.INTERNAL, "m", "h", cause)))
                .hasCause(cause);
    }

    @Test
    void of_statusWithDamagedDetail_fallsBackToTheStatus() {
        StatusRuntimeException status = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.NOT_FOUND.value())
                .setMessage("nowhere")
                .addDetails(Any.pack(ErrorDetail.getDefaultInstance()).toBuilder()
                        .setValue(ByteString.copyFromUtf8("\u0007\u0007")))
                .build());

        assertThat(Errors.of(status).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(Errors.of(status).detail().getMessage()).isEqualTo("nowhere");
    }

    @Test
    void problem_retryAfter_isWholeSecondsRoundedUp() {
        assertThat(Problem.of(error(ErrorCode.OVERLOADED), "", "").retryAfterSeconds())
                .isEqualTo(1);
        assertThat(new Problem(
                                503,
                                RegistryException.detail(ErrorCode.NO_LEADER, "m", "")
                                        .setRetryDelay(RegistryException.millis(2001))
                                        .build(),
                                "",
                                "")
                        .retryAfterSeconds())
                .isEqualTo(3);
        assertThat(Problem.of(RegistryException.of(ErrorCode.NO_QUORUM, "m", ""), "", "")
                        .retryAfterSeconds())
                .isEqualTo(1);
        assertThat(Problem.of(RegistryException.of(ErrorCode.NOT_FOUND, "m", ""), "", "")
                        .retryAfterSeconds())
                .isZero();
    }

    @Test
    void problem_parse_skipsWhatItDoesNotKnow() throws Exception {
        Problem problem = Problem.parse(
                "{\"new\":{\"a\":[1]},\"status\":404,\"code\":\"NOT_FOUND\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(problem.code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThatThrownBy(() -> Problem.parse("<html>".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Problem.parse("[]".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void tlsMaterial_neverPrintsItsKey() {
        assertThat(TestPki.server().toString()).doesNotContain("PRIVATE");
    }

    @Test
    void of_brokenConnectionThatGrpcCallsInternal_mayHaveBeenApplied() {
        Status broken = Status.INTERNAL.withDescription("channel closed").withCause(new ClosedChannelException());

        RegistryException error = Errors.of(broken, null);

        assertThat(error.code()).isEqualTo(ErrorCode.LEADERSHIP_LOST);
        assertThat(error.code().retryable()).isTrue();
    }
}
