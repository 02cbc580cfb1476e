package io.omnirelay.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors, deadlines and cancellation as REST tells of them. */
class RestErrorsTest {
    private final LibraryFixture library = new LibraryFixture(TransportLimits.builder()
            .requestTimeoutMax(Duration.ofSeconds(30))
            .requestsInFlightMax(2)
            .build());
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();

    @BeforeEach
    void warm() throws Exception {
        assertThat(behave("{}").statusCode()).isEqualTo(200);
        Await.until(() -> library.summaries.poll() != null);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        library.close();
    }

    private HttpRequest.Builder request(String json) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + library.server.httpsPort() + "/library:behave"))
                .timeout(Duration.ofSeconds(10))
                .POST(BodyPublishers.ofString(json));
    }

    private HttpResponse<String> behave(String json) throws Exception {
        return client.send(request(json).build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void registryError_everyCode_becomesItsProblem(ErrorCode code) throws Exception {
        HttpResponse<String> response = behave("{\"what\":\"registry-error\",\"text\":\"" + code + "\"}");

        assertThat(response.statusCode()).isEqualTo(code.httpStatus());
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(response.headers().firstValue("retry-after")).hasValue("2");
        Problem problem = Problem.parse(response.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.detail().getApplied()).isEqualTo(code.applied());
        assertThat(problem.detail().getMessage()).isEqualTo("what is wrong");
        assertThat(problem.detail().getHint()).isEqualTo("what to do");
        assertThat(problem.detail().getCurrentRevision()).isEqualTo(7);
        assertThat(problem.retryDelayMs()).isEqualTo(1500);
        assertThat(problem.detail().getLeaderHint()).isEqualTo("node-2");
        assertThat(problem.detail().getField()).isEqualTo("peer.id");
        assertThat(problem.instance()).isEqualTo("/library:behave");
        assertThat(response.body()).contains("\"type\":\"" + code.problemType() + "\"");
    }

    @Test
    void problem_repeatsTheIdempotencyKey() throws Exception {
        String body = client.send(
                        request("{\"what\":\"registry-error\",\"text\":\"NO_LEADER\"}")
                                .header("idempotency-key", "key-1")
                                .build(),
                        BodyHandlers.ofString())
                .body();

        assertThat(body).contains("\"requestId\":\"key-1\"");
    }

    @ParameterizedTest
    @CsvSource({"5, 404, NOT_FOUND", "16, 401, UNAUTHENTICATED", "14, 503, LEADERSHIP_LOST", "8, 429, OVERLOADED"})
    void status_withoutDetail_getsTheBestCode(int grpc, int http, String code) throws Exception {
        HttpResponse<String> response = behave("{\"what\":\"status\",\"number\":" + grpc + ",\"text\":\"words\"}");

        assertThat(response.statusCode()).isEqualTo(http);
        assertThat(response.body()).contains("\"code\":\"" + code + "\"").contains("\"detail\":\"words\"");
    }

    @Test
    void service_throws_isInternalWithoutTheReason() throws Exception {
        HttpResponse<String> response = behave("{\"what\":\"throw\"}");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("\"code\":\"INTERNAL\"").doesNotContain("secret");
        assertThat(behave("{}").statusCode()).isEqualTo(200);
    }

    @Test
    void service_completesWithoutAnswer_isInternal() throws Exception {
        assertThat(behave("{\"what\":\"nothing\"}").statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({"x-meshkit-timeout, 1s", "grpc-timeout, 1S"})
    void deadline_passes_isToldAndTheServiceIsCancelled(String header, String value) throws Exception {
        HttpResponse<String> response = client.send(
                request("{\"what\":\"never\"}").header(header, value).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.body()).contains("\"code\":\"DEADLINE_EXCEEDED\"").contains("\"applied\":\"unknown\"");
        assertThat(library.cancelled.await(12, SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"x-meshkit-timeout, soon", "x-meshkit-timeout, 0s", "x-meshkit-timeout, -5s", "grpc-timeout, 5"})
    void deadline_malformed_isInvalid(String header, String value) throws Exception {
        HttpResponse<String> response =
                client.send(request("{}").header(header, value).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(header);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void caller_goes_theServiceIsCancelled(HttpClient.Version version) throws Exception {
        CompletableFuture<HttpResponse<String>> response = client.sendAsync(
                request("{\"what\":\"never\"}").version(version).build(), BodyHandlers.ofString());
        assertThat(library.neverStarted.await(30, SECONDS)).isTrue();
        response.cancel(true);

        assertThat(library.cancelled.await(12, SECONDS)).isTrue();
        Await.until(() -> library.summaries.stream().anyMatch(s -> s.grpcStatus() == 1 && s.httpStatus() == 0));
    }

    @Test
    void requests_tooManyInFlight_areRefused() throws Exception {
        CompletableFuture<HttpResponse<String>> first = startWaiting(1);
        CompletableFuture<HttpResponse<String>> second = startWaiting(2);
        HttpResponse<String> third = behave("{}");
        library.gate.countDown();

        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.body()).contains("requestsInFlightMax").contains("\"applied\":\"no\"");
        assertThat(first.get(30, SECONDS).body()).contains("waited");
        assertThat(second.get(30, SECONDS).body()).contains("waited");
        Await.until(() -> behave("{}").statusCode() == 200);
    }

    /** A call that waits in the service; sent again if the one before it had not quite ended. */
    private CompletableFuture<HttpResponse<String>> startWaiting(int count) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        Await.until(() -> {
            if (sent.isEmpty() || sent.get(0).isDone()) {
                sent.clear();
                sent.add(client.sendAsync(request("{\"what\":\"wait\"}").build(), BodyHandlers.ofString()));
            }
            return library.waiting.get() == count;
        });
        return sent.get(0);
    }

    @Test
    void summary_tellsOfEveryRequest() throws Exception {
        behave("{\"what\":\"caller\"}");
        client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + library.server.httpsPort() + "/nothing"))
                        .build(),
                BodyHandlers.ofString());

        Await.until(() -> library.summaries.size() == 2);
        TransportEvents.RequestSummary call = library.summaries.remove();
        assertThat(call.method()).isEqualTo("omnirelay.test.v1.LibraryService/Behave");
        assertThat(call.transport()).hasToString("http2;json");
        assertThat(call.grpcStatus()).isZero();
        assertThat(call.httpStatus()).isEqualTo(200);
        assertThat(call.requestBytes()).isEqualTo(17);
        assertThat(call.responseBytes()).isGreaterThan(20);
        assertThat(call.durationNanos()).isPositive();
        TransportEvents.RequestSummary unknown = library.summaries.remove();
        assertThat(unknown.method()).isEqualTo("unknown");
        assertThat(unknown.httpStatus()).isEqualTo(404);
    }
}
