package io.omnirelay.transport.http3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallCredentials;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.omnirelay.test.v1.InteropEmpty;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.InteropServiceGrpc.InteropServiceBlockingStub;
import io.omnirelay.test.v1.SimpleRequest;
import io.omnirelay.test.v1.SimpleResponse;
import io.omnirelay.transport.Await;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.grpc.InteropFixture;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The channel's connections: how they come, go and come again. */
@Timeout(120)
class Http3ChannelTest {
    private static final InteropEmpty EMPTY = InteropEmpty.getDefaultInstance();
    private static final SimpleRequest HANG =
            SimpleRequest.newBuilder().setHang(true).build();

    private static Http3Channel.Builder to(int port) {
        return Http3Channel.builder("localhost", port).tls(TestPki.anonymous());
    }

    private static InteropServiceBlockingStub stub(Http3Channel channel) {
        return InteropServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private static void close(Http3Channel channel) throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private static CompletableFuture<SimpleResponse> call(Http3Channel channel, SimpleRequest request) {
        CompletableFuture<SimpleResponse> answer = new CompletableFuture<>();
        InteropServiceGrpc.newStub(channel).unaryCall(request, new StreamObserver<>() {
            @Override
            public void onNext(SimpleResponse value) {
                answer.complete(value);
            }

            @Override
            public void onError(Throwable t) {
                answer.completeExceptionally(t);
            }

            @Override
            public void onCompleted() {}
        });
        return answer;
    }

    private static Status.Code code(Throwable failure) {
        return Status.fromThrowable(failure).getCode();
    }

    @Test
    void portClosed_failsAtOnce_waitForReadyUntilItOpens() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        // Whoever waited for the timeout would find its deadline over.
        Http3Channel channel = to(port).connectTimeout(Duration.ofMinutes(2)).build();
        assertThatThrownBy(() -> stub(channel).emptyCall(EMPTY))
                .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.UNAVAILABLE))
                .hasMessageContaining("localhost:" + port);

        CompletableFuture<InteropEmpty> later = CompletableFuture.supplyAsync(
                () -> stub(channel).withWaitForReady().emptyCall(EMPTY));
        Await.until(() -> channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE);
        assertThat(later).isNotDone();
        try (InteropFixture server = new InteropFixture(TransportLimits.defaults(), Http3Options.defaults(), port)) {
            assertThat(later.get(30, TimeUnit.SECONDS)).isEqualTo(EMPTY);
            close(channel);
        }
    }

    @Test
    void nobodyAnswers_failsAfterConnectTimeout() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            Http3Channel channel = to(silent.getLocalPort())
                    .connectTimeout(Duration.ofMillis(300))
                    .build();
            assertThatThrownBy(() -> stub(channel).emptyCall(EMPTY))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.UNAVAILABLE))
                    .hasMessageContaining("no answer within 300 ms");
            close(channel);
        }
    }

    @Test
    void nobodyAnswers_deadlineOfTheCallIsKept() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            Http3Channel channel = to(silent.getLocalPort()).build();
            assertThatThrownBy(() -> InteropServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                            .emptyCall(EMPTY))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
            close(channel);
        }
    }

    @Test
    void serverDrains_callUnderWayEnds_nextGoesToItsSuccessor() throws Exception {
        InteropFixture first = new InteropFixture();
        int port = first.server.httpsPort();
        Http3Channel channel = to(port).build();
        try {
            assertThat(stub(channel).emptyCall(EMPTY)).isEqualTo(EMPTY);
        } finally {
            first.close();
        }
        try (InteropFixture second = new InteropFixture(TransportLimits.defaults(), Http3Options.defaults(), port)) {
            assertThat(stub(channel).withWaitForReady().emptyCall(EMPTY)).isEqualTo(EMPTY);
            close(channel);
        }
    }

    @Test
    void serverDrains_idleConnection_isClosedByTheClientAtOnce() throws Exception {
        try (InteropFixture server = new InteropFixture()) {
            Http3Channel channel = to(server.server.httpsPort()).build();
            assertThat(stub(channel).emptyCall(EMPTY)).isEqualTo(EMPTY);
            assertThat(server.server.shutdown(Duration.ofSeconds(60))).isTrue();
            Await.until(() -> channel.getState(false) == ConnectivityState.IDLE);
            close(channel);
        }
    }

    @Test
    void streamLimit_callsWait_thoseOverTheirLimitFail() throws Exception {
        try (InteropFixture server = new InteropFixture(
                TransportLimits.builder().streamsPerConnectionMax(4).build(), Http3Options.defaults(), 0)) {
            Http3Channel channel =
                    to(server.server.httpsPort()).callsWaitingMax(3).build();
            assertThat(stub(channel).emptyCall(EMPTY)).isEqualTo(EMPTY);
            List<CompletableFuture<SimpleResponse>> calls = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                calls.add(call(channel, HANG));
                int expected = i;
                Await.until(() -> server.hanging.get() == expected);
            }
            for (int i = 0; i < 3; i++) {
                calls.add(call(channel, HANG));
            }
            assertThatThrownBy(() -> stub(channel).emptyCall(EMPTY))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
                    .hasMessageContaining("callsWaitingMax");
            assertThat(server.hanging.get()).isEqualTo(4);
            close(channel);
            for (CompletableFuture<SimpleResponse> call : calls) {
                assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).isNotNull();
            }
            for (int i = 0; i < 4; i++) {
                assertThat(server.sawCancellation()).isTrue();
            }
        }
    }

    @Test
    void cancelledStreams_giveTheirCreditBack() throws Exception {
        try (InteropFixture server = new InteropFixture(
                TransportLimits.builder().streamsPerConnectionMax(4).build(), Http3Options.defaults(), 0)) {
            Http3Channel channel = to(server.server.httpsPort()).build();
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> InteropServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                                .unaryCall(HANG))
                        .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
            }
            assertThat(stub(channel).emptyCall(EMPTY)).isEqualTo(EMPTY);
            close(channel);
        }
    }

    @Test
    void shutdown_callUnderWayGoesOn_newOnesDoNot() throws Exception {
        try (InteropFixture server = new InteropFixture()) {
            Http3Channel channel = to(server.server.httpsPort()).build();
            CompletableFuture<SimpleResponse> call = call(channel, HANG);
            Await.until(() -> server.hanging.get() == 1);
            channel.shutdown();
            assertThatThrownBy(() -> stub(channel).emptyCall(EMPTY))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.UNAVAILABLE));
            assertThat(call).isNotDone();
            assertThat(channel.isTerminated()).isFalse();
            close(channel);
            assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(channel.getState(true)).isEqualTo(ConnectivityState.SHUTDOWN);
        }
    }

    @Test
    void enterIdle_callUnderWayGoesOn_nextGetsAnotherConnection() throws Exception {
        try (InteropFixture server = new InteropFixture()) {
            Http3Channel channel = to(server.server.httpsPort()).build();
            CompletableFuture<SimpleResponse> call = call(channel, HANG);
            Await.until(() -> server.hanging.get() == 1);
            channel.enterIdle();
            Await.until(() -> channel.getState(false) == ConnectivityState.IDLE);
            assertThat(stub(channel).emptyCall(EMPTY)).isEqualTo(EMPTY);
            assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);
            assertThat(call).isNotDone();
            assertThat(server.hanging.get()).isEqualTo(1);
            close(channel);
            assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void connection_longSilence_isKeptWhileACallWaits() throws Exception {
        TransportLimits limits =
                TransportLimits.builder().idleTimeout(Duration.ofSeconds(2)).build();
        try (InteropFixture server = new InteropFixture(limits, Http3Options.defaults(), 0)) {
            Http3Channel channel = to(server.server.httpsPort())
                    .idleTimeout(Duration.ofSeconds(2))
                    .build();
            CompletableFuture<SimpleResponse> call = call(channel, HANG);
            assertThatThrownBy(() -> call.get(4_500, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            close(channel);
        }
    }

    @Test
    void credentials_areAsked_andMayRefuse() throws Exception {
        try (InteropFixture server = new InteropFixture()) {
            Http3Channel channel = to(server.server.httpsPort()).build();
            assertThat(stub(channel).withCallCredentials(credentials(null)).emptyCall(EMPTY))
                    .isEqualTo(EMPTY);
            assertThatThrownBy(() -> stub(channel)
                            .withCallCredentials(credentials(Status.UNAUTHENTICATED))
                            .emptyCall(EMPTY))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.UNAUTHENTICATED));
            close(channel);
        }
    }

    private static CallCredentials credentials(Status failure) {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
                executor.execute(() -> {
                    if (failure == null) {
                        applier.apply(new Metadata());
                    } else {
                        applier.fail(failure);
                    }
                });
            }
        };
    }

    @Test
    void name_ofTheCertificate_mustMatch() throws Exception {
        try (InteropFixture server = new InteropFixture()) {
            Http3Channel channel = to(server.server.httpsPort())
                    .overrideAuthority("elsewhere.example")
                    .build();
            assertThatThrownBy(() -> stub(channel).emptyCall(EMPTY))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.UNAVAILABLE));
            close(channel);
        }
    }
}
