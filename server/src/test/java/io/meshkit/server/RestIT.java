package io.meshkit.server;

import static io.meshkit.server.process.QuorumFiles.ADMIN_TOKEN;
import static io.meshkit.server.process.QuorumFiles.READER_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node, asked by a REST client that knows nothing of ours. */
class RestIT {
    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 1, Map.of());
        rest = new Rest(quorum, "node-1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (rest != null) {
            rest.close();
        }
        if (quorum != null) {
            quorum.close();
        }
    }

    private static HttpResponse<String> admin(String method, String path, String body, String... headers)
            throws Exception {
        return rest.call(ADMIN_TOKEN, method, path, body, headers);
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"code\":\"" + code + "\"");
    }

    @Test
    void record_registeredReadChangedAndRead_showsEachChange() throws Exception {
        HttpResponse<String> created = admin(
                "POST",
                "/meshkit/peers",
                "{\"peer\":{\"id\":\"gw-1\",\"role\":\"gateway\"}}",
                "idempotency-key",
                "create-gw-1");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
        String etag = created.headers().firstValue("etag").orElseThrow();

        HttpResponse<String> read = rest.call(READER_TOKEN, "GET", "/meshkit/peers/gw-1", "");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).contains("\"role\":\"gateway\"").contains("\"updatedBy\":\"admin\"");
        assertThat(read.headers().firstValue("etag")).contains(etag);
        assertThat(read.headers().firstValue("x-meshkit-node")).contains("node-1");
        assertThat(read.headers().firstValue("x-meshkit-role")).contains("leader");

        HttpResponse<String> unchanged =
                rest.call(READER_TOKEN, "GET", "/meshkit/peers/gw-1", "", "if-none-match", etag);
        assertThat(unchanged.statusCode()).isEqualTo(304);

        HttpResponse<String> cordoned = admin("POST", "/meshkit/peers/gw-1:cordon", "{}", "if-match", etag);
        assertThat(cordoned.statusCode()).as(cordoned.body()).isEqualTo(200);
        assertProblem(admin("POST", "/meshkit/peers/gw-1:uncordon", "{}", "if-match", etag), 412, "REVISION_MISMATCH");
    }

    @Test
    void sameIdempotencyKey_again_isAnsweredOnce() throws Exception {
        String body = "{\"peer\":{\"id\":\"once\",\"role\":\"worker\"}}";
        HttpResponse<String> first = admin("POST", "/meshkit/peers", body, "idempotency-key", "once-1");
        HttpResponse<String> second = admin("POST", "/meshkit/peers", body, "idempotency-key", "once-1");

        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.headers().firstValue("x-meshkit-revision"))
                .isEqualTo(first.headers().firstValue("x-meshkit-revision"));
        assertThat(second.body()).contains("\"replayed\":true");
    }

    @Test
    void credential_missingWrongOrTooNarrow_isRefused() throws Exception {
        assertProblem(rest.call("", "GET", "/meshkit/peers", ""), 401, "UNAUTHENTICATED");
        assertProblem(rest.call("mkr_wrong", "GET", "/meshkit/peers", ""), 401, "UNAUTHENTICATED");
        assertProblem(rest.call(READER_TOKEN, "POST", "/meshkit/peers/gw-1:cordon", "{}"), 403, "FORBIDDEN");
    }

    @Test
    void record_unknown_isNotFound() throws Exception {
        assertProblem(admin("GET", "/meshkit/peers/nobody", ""), 404, "NOT_FOUND");
        assertProblem(admin("POST", "/meshkit/peers/nobody:cordon", "{}"), 404, "NOT_FOUND");
        assertProblem(admin("GET", "/meshkit/nothing", ""), 404, "NOT_FOUND");
    }

    @Test
    void body_malformedUnknownFieldOrOversized_isRefused() throws Exception {
        assertProblem(admin("POST", "/meshkit/peers", "{\"peer\":"), 400, "INVALID_REQUEST");
        HttpResponse<String> unknown = admin("POST", "/meshkit/peers", "{\"peer\":{\"id\":\"a\",\"rolle\":\"x\"}}");
        assertProblem(unknown, 400, "INVALID_REQUEST");
        assertThat(unknown.body()).contains("rolle");
        HttpResponse<String> large =
                admin("POST", "/meshkit/peers", "{\"peer\":{\"id\":\"" + "x".repeat(2 << 20) + "\"}}");
        assertProblem(large, 413, "LIMIT_EXCEEDED");
    }

    @Test
    void plainResources_openOnesTellNothing_othersNeedObserve() throws Exception {
        assertThat(rest.call("", "GET", "/livez", "").body()).isEqualTo("ok\n");
        assertThat(rest.call("", "GET", "/readyz", "").statusCode()).isEqualTo(200);
        assertThat(rest.call("", "GET", "/healthz", "").body()).isEqualTo("ok\n");
        assertThat(rest.call(READER_TOKEN, "GET", "/healthz", "").body()).contains("\"role\":\"leader\"");
        assertProblem(rest.call("", "GET", "/metrics", ""), 401, "UNAUTHENTICATED");
        assertProblem(rest.call("mkr_wrong", "GET", "/healthz", ""), 401, "UNAUTHENTICATED");
        assertThat(rest.call(READER_TOKEN, "GET", "/openapi.json", "").body()).contains("/meshkit/peers/{id}:cordon");
    }

    @Test
    void metrics_afterACall_countIt() throws Exception {
        admin("GET", "/meshkit/peers", "");

        String metrics = rest.call(READER_TOKEN, "GET", "/metrics", "").body();

        assertThat(metrics)
                .containsPattern("meshkit_requests_total\\{verb=\"ListPeers\",code=\"OK\",transport=\"http2\"} [1-9]")
                .containsPattern("meshkit_request_duration_seconds_count\\{verb=\"ListPeers\"} [1-9]")
                .contains("meshkit_raft_role{role=\"leader\"} 1")
                .containsPattern("meshkit_raft_applied_index \\d")
                .containsPattern("omnirelay_requests_total\\{method=\"meshkit.v1.PeerService/ListPeers\"")
                .contains("meshkit_raft_replica_read_rounds");
    }

    @Test
    void reflection_withoutACredential_isRefusedAndHealthIsOpen() throws Exception {
        var anonymous = ServerReflectionGrpc.newStub(quorum.channel("node-1"));

        assertThat(firstAnswer(anonymous)).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(firstAnswer(TestQuorum.as(READER_TOKEN, anonymous))).isEqualTo(Status.Code.OK);
        assertThat(HealthGrpc.newBlockingStub(quorum.channel("node-1"))
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    private static Status.Code firstAnswer(ServerReflectionGrpc.ServerReflectionStub stub) throws Exception {
        CompletableFuture<Status.Code> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests =
                stub.serverReflectionInfo(new StreamObserver<ServerReflectionResponse>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(Status.Code.OK);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.complete(Status.fromThrowable(failure).getCode());
                    }

                    @Override
                    public void onCompleted() {
                        answer.complete(Status.Code.CANCELLED);
                    }
                });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        Status.Code code = answer.get(10, TimeUnit.SECONDS);
        requests.onCompleted();
        return code;
    }
}
