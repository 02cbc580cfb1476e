package io.omnirelay.transport.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.StreamingOutputRequest;
import io.omnirelay.test.v1.StreamingOutputResponse;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.http3.Http3Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who wants to be told after every message gets it: with a threshold of one byte a queued message makes a stream unready,
 * and its leaving ready again. Without it, messages as small as these are never told of, and the streams here would not end.
 */
@Timeout(120)
class ReadyThresholdTest {
    private static final int MESSAGES = 50;

    private final InteropFixture fixture = new InteropFixture();
    private ManagedChannel channel;

    @AfterEach
    void stop() {
        channel.shutdownNow();
        fixture.close();
    }

    private InteropServiceGrpc.InteropServiceStub connect(String transport) {
        channel = switch (transport) {
            case "http3" ->
                Http3Channel.builder("localhost", fixture.server.httpsPort())
                        .tls(TestPki.client())
                        .build();
            case "https" ->
                OmniRelayChannel.builder("localhost", fixture.server.httpsPort())
                        .tls(TestPki.client())
                        .build();
            default ->
                OmniRelayChannel.builder("localhost", fixture.server.grpcPort())
                        .tls(TestPki.client())
                        .build();
        };
        return InteropServiceGrpc.newStub(channel).withDeadlineAfter(60, SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "https", "http3"})
    void server_thresholdOfOneByte_isToldAfterEachMessage(String transport) throws Exception {
        Answers answers = new Answers(0);

        connect(transport)
                .streamingOutputCall(
                        StreamingOutputRequest.newBuilder()
                                .setOneByOne(MESSAGES)
                                .build(),
                        answers);

        assertThat(answers.all.get(90, SECONDS)).hasSize(MESSAGES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "https", "http3"})
    void client_thresholdOfOneByte_isToldAfterEachMessage(String transport) throws Exception {
        Answers answers = new Answers(MESSAGES);

        connect(transport).withOnReadyThreshold(1).fullDuplexCall(answers);

        assertThat(answers.all.get(90, SECONDS)).hasSize(MESSAGES);
    }

    /** Sends so many requests, each when the stream has become ready, then ends it; none: leaves it alone. */
    private static final class Answers
            implements ClientResponseObserver<StreamingOutputRequest, StreamingOutputResponse> {
        private static final StreamingOutputRequest REQUEST =
                StreamingOutputRequest.newBuilder().addResponseSizes(1).build();

        final CompletableFuture<List<StreamingOutputResponse>> all = new CompletableFuture<>();
        private final List<StreamingOutputResponse> so = new ArrayList<>();
        private final AtomicInteger left;

        Answers(int requests) {
            left = new AtomicInteger(requests);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<StreamingOutputRequest> requests) {
            if (left.get() == 0) {
                return;
            }
            requests.setOnReadyHandler(() -> {
                if (left.getAndDecrement() > 0) {
                    requests.onNext(REQUEST);
                } else {
                    requests.onCompleted();
                }
            });
        }

        @Override
        public void onNext(StreamingOutputResponse value) {
            so.add(value);
        }

        @Override
        public void onError(Throwable t) {
            all.completeExceptionally(t);
        }

        @Override
        public void onCompleted() {
            all.complete(so);
        }
    }
}
