package io.omnirelay.transport.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.test.v1.BehaveRequest;
import io.omnirelay.test.v1.BehaveResponse;
import io.omnirelay.test.v1.LibraryServiceGrpc;
import io.omnirelay.transport.Await;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.http3.Http3Channel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC on the HTTPS port is held to the limits of requests in flight and of their bytes, together with REST. */
class BridgeLimitsTest {
    private static final int BODY_BYTES_MAX = 1 << 20;

    private final LibraryFixture library = new LibraryFixture(TransportLimits.builder()
            .requestsInFlightMax(2)
            .requestBodyBytesMax(BODY_BYTES_MAX)
            .requestBodyBytesInFlightMax(BODY_BYTES_MAX + BODY_BYTES_MAX / 4)
            .build());
    private ManagedChannel channel;

    @AfterEach
    void stop() {
        library.gate.countDown();
        if (channel != null) {
            channel.shutdownNow();
        }
        library.close();
    }

    private void connect(String transport) {
        channel = transport.equals("http3")
                ? Http3Channel.builder("localhost", library.server.httpsPort())
                        .tls(TestPki.anonymous())
                        .build()
                : OmniRelayChannel.builder("localhost", library.server.httpsPort())
                        .tls(TestPki.anonymous())
                        .build();
    }

    private ListenableFuture<BehaveResponse> startWaiting(String padding, int count) throws Exception {
        ListenableFuture<BehaveResponse> call = LibraryServiceGrpc.newFutureStub(channel)
                .withDeadlineAfter(30, SECONDS)
                .behave(BehaveRequest.newBuilder()
                        .setWhat("wait")
                        .setText(padding)
                        .build());
        Await.until(() -> library.waiting.get() == count);
        return call;
    }

    private RegistryException refusal(Runnable call) {
        return Errors.of(catchThrowableOfType(StatusRuntimeException.class, call::run));
    }

    private void behave(String padding) {
        LibraryServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, SECONDS)
                .behave(BehaveRequest.newBuilder().setText(padding).build());
    }

    /** A call that has been answered may be counted for a moment longer. */
    private void behaveSoon(String padding) throws Exception {
        Await.until(() -> {
            try {
                behave(padding);
                return true;
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"http2", "http3"})
    void calls_tooManyInFlight_areRefused_beforeTheyBegin(String transport) throws Exception {
        connect(transport);
        ListenableFuture<BehaveResponse> first = startWaiting("", 1);
        ListenableFuture<BehaveResponse> second = startWaiting("", 2);

        RegistryException refused = refusal(() -> behave(""));

        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused).hasMessageContaining("requestsInFlightMax");
        assertThat(refused.detail().hasRetryDelay()).isTrue();
        try (HttpClient rest =
                HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("https://localhost:" + library.server.httpsPort() + "/library:behave"))
                    .POST(BodyPublishers.ofString("{}"))
                    .build();
            assertThat(rest.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(429);
        }
        library.gate.countDown();
        assertThat(first.get(30, SECONDS).toString()).contains("waited");
        assertThat(second.get(30, SECONDS).toString()).contains("waited");
        behaveSoon("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http2", "http3"})
    void bytes_tooManyInFlight_areRefused_andGivenBackAtTheEnd(String transport) throws Exception {
        connect(transport);
        String large = "x".repeat(BODY_BYTES_MAX - 1_000);
        ListenableFuture<BehaveResponse> holds = startWaiting(large, 1);

        RegistryException refused = refusal(() -> behave(large));

        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused).hasMessageContaining("requestBodyBytesInFlightMax");
        behaveSoon("small");
        library.gate.countDown();
        assertThat(holds.get(30, SECONDS).toString()).contains("waited");
        // Again and again: nothing of what was held is lost.
        for (int i = 0; i < 10; i++) {
            behaveSoon(large);
        }
    }
}
