package io.omnirelay.transport.grpc;

import static io.omnirelay.transport.grpc.InteropFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.omnirelay.test.v1.EchoStatus;
import io.omnirelay.test.v1.InteropEmpty;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.SimpleRequest;
import io.omnirelay.test.v1.SimpleResponse;
import io.omnirelay.test.v1.StreamingInputRequest;
import io.omnirelay.test.v1.StreamingInputResponse;
import io.omnirelay.test.v1.StreamingOutputRequest;
import io.omnirelay.test.v1.StreamingOutputResponse;
import io.omnirelay.test.v1.UnknownServiceGrpc;
import io.omnirelay.transport.Await;
import io.omnirelay.transport.Bystander;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TlsMaterial;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/**
 * What every gRPC transport must do, client and server together: the cases of gRPC's own interoperability tests
 * ({@code doc/interop-test-descriptions.md} of grpc/grpc), and what they leave out about the ends of calls.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
public abstract class GrpcConformanceContract {
    protected InteropFixture fixture;
    protected ManagedChannel channel;
    /** What calls are made on. */
    protected Channel calls;

    /** A channel to the fixture's server over the transport that is tested. */
    protected abstract ManagedChannel connect(InteropFixture to, TlsMaterial tls);

    /** What stands between callers and that channel: nothing. */
    protected Channel over(ManagedChannel made) {
        return made;
    }

    /** As in {@code NegotiatedTransport}. */
    protected abstract String transport();

    /** What a request is told whose message is within the limit only until it is inflated. */
    protected Status.Code inflatedOverLimit() {
        return Status.Code.RESOURCE_EXHAUSTED;
    }

    @BeforeAll
    void start() {
        fixture = new InteropFixture();
        channel = connect(fixture, TestPki.client());
        calls = over(channel);
    }

    @AfterAll
    void stop() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        fixture.close();
    }

    protected InteropServiceGrpc.InteropServiceBlockingStub blocking() {
        return InteropServiceGrpc.newBlockingStub(calls).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private InteropServiceGrpc.InteropServiceStub async() {
        return InteropServiceGrpc.newStub(calls).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private static StreamingOutputRequest sizes(Integer... sizes) {
        return StreamingOutputRequest.newBuilder()
                .addAllResponseSizes(List.of(sizes))
                .build();
    }

    private static Status statusOf(Throwable failure) {
        return Status.fromThrowable(failure);
    }

    @Test
    void emptyUnary() {
        assertThat(blocking().emptyCall(InteropEmpty.getDefaultInstance()))
                .isEqualTo(InteropEmpty.getDefaultInstance());
    }

    @Test
    void largeUnary_knowsCallerAndTransport() {
        SimpleResponse response = blocking()
                .unaryCall(SimpleRequest.newBuilder()
                        .setPayload(bytes(271_828))
                        .setResponseSize(314_159)
                        .build());

        assertThat(response.getPayload().size()).isEqualTo(314_159);
        assertThat(response.getCaller()).isEqualTo(TestPki.CLIENT_ID);
        assertThat(response.getTransport()).contains(transport());
        assertThat(response.getDeadlineMs()).isBetween(5_000L, 30_000L);
    }

    @Test
    void unary_manyAtOnce_allAnswered() throws Exception {
        // More than the server's limit of concurrent streams.
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            int size = i;
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            answers.add(answer);
            async().unaryCall(SimpleRequest.newBuilder().setResponseSize(size).build(), new StreamObserver<>() {
                @Override
                public void onNext(SimpleResponse value) {
                    answer.complete(value.getPayload().size());
                }

                @Override
                public void onError(Throwable t) {
                    answer.completeExceptionally(t);
                }

                @Override
                public void onCompleted() {}
            });
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i);
        }
    }

    @Test
    void clientStreaming() throws Exception {
        AnswerRecorder<StreamingInputResponse> answer = new AnswerRecorder<>();
        StreamObserver<StreamingInputRequest> requests = async().streamingInputCall(answer);
        for (int size : new int[] {27_182, 8, 1_828, 45_904}) {
            requests.onNext(
                    StreamingInputRequest.newBuilder().setPayload(bytes(size)).build());
        }
        requests.onCompleted();

        assertThat(((StreamingInputResponse) answer.next()).getAggregatedSize()).isEqualTo(74_922);
        assertThat(answer.nextCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void serverStreaming() throws Exception {
        AnswerRecorder<StreamingOutputResponse> answer = new AnswerRecorder<>();
        async().streamingOutputCall(sizes(31_415, 9, 2_653, 58_979), answer);

        for (int size : new int[] {31_415, 9, 2_653, 58_979}) {
            assertThat(answer.nextSize()).isEqualTo(size);
        }
        assertThat(answer.nextCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void serverStreaming_errorAfterMessages_messagesComeFirst() throws Exception {
        AnswerRecorder<StreamingOutputResponse> answer = new AnswerRecorder<>();
        async().streamingOutputCall(
                        sizes(1, 200_000).toBuilder()
                                .setResponseStatus(EchoStatus.newBuilder().setCode(9))
                                .build(),
                        answer);

        assertThat(answer.nextSize()).isEqualTo(1);
        assertThat(answer.nextSize()).isEqualTo(200_000);
        assertThat(answer.nextCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void pingPong() throws Exception {
        AnswerRecorder<StreamingOutputResponse> answer = new AnswerRecorder<>();
        StreamObserver<StreamingOutputRequest> requests = async().fullDuplexCall(answer);
        int[] asked = {31_415, 9, 2_653, 58_979};
        int[] sent = {27_182, 8, 1_828, 45_904};
        for (int i = 0; i < asked.length; i++) {
            requests.onNext(
                    sizes(asked[i]).toBuilder().setPayload(bytes(sent[i])).build());
            assertThat(answer.nextSize()).isEqualTo(asked[i]);
        }
        requests.onCompleted();

        assertThat(answer.nextCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void emptyStream() throws Exception {
        AnswerRecorder<StreamingOutputResponse> answer = new AnswerRecorder<>();
        async().fullDuplexCall(answer).onCompleted();

        assertThat(answer.nextCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void clientCompressedUnary() {
        SimpleResponse response = blocking()
                .withCompression("gzip")
                .unaryCall(SimpleRequest.newBuilder()
                        .setPayload(bytes(271_828))
                        .setResponseSize(3)
                        .build());

        assertThat(response.getPayload().size()).isEqualTo(3);
    }

    @Test
    void serverCompressedUnary() {
        SimpleResponse response = blocking()
                .unaryCall(SimpleRequest.newBuilder()
                        .setResponseCompressed(true)
                        .setResponseSize(314_159)
                        .build());

        assertThat(response.getPayload().size()).isEqualTo(314_159);
    }

    @Test
    void cancelAfterBegin() throws Exception {
        fixture.cancelled.clear();
        AnswerRecorder<StreamingInputResponse> answer = new AnswerRecorder<>();
        ClientCallStreamObserver<StreamingInputRequest> requests =
                (ClientCallStreamObserver<StreamingInputRequest>) async().streamingInputCall(answer);
        requests.onNext(StreamingInputRequest.getDefaultInstance());
        Await.until(requests::isReady);
        requests.cancel("enough", null);

        assertThat(answer.nextCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(fixture.sawCancellation()).isTrue();
    }

    @Test
    void cancelAfterFirstResponse() throws Exception {
        fixture.cancelled.clear();
        AnswerRecorder<StreamingOutputResponse> answer = new AnswerRecorder<>();
        ClientCallStreamObserver<StreamingOutputRequest> requests =
                (ClientCallStreamObserver<StreamingOutputRequest>) async().fullDuplexCall(answer);
        requests.onNext(sizes(31_415).toBuilder().setPayload(bytes(27_182)).build());
        assertThat(answer.nextSize()).isEqualTo(31_415);
        requests.cancel("enough", null);

        assertThat(answer.nextCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(fixture.sawCancellation()).isTrue();
    }

    @Test
    void cancelWholeRequestSent_serverIsTold() throws Exception {
        fixture.cancelled.clear();
        int before = fixture.hanging.get();
        ClientCall<SimpleRequest, SimpleResponse> call =
                calls.newCall(InteropServiceGrpc.getUnaryCallMethod(), CallOptions.DEFAULT);
        AnswerRecorder<SimpleResponse> answer = new AnswerRecorder<>();
        ClientCalls.asyncUnaryCall(
                call, SimpleRequest.newBuilder().setHang(true).build(), answer);
        Await.until(() -> fixture.hanging.get() > before);
        call.cancel("enough", null);

        assertThat(answer.nextCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(fixture.sawCancellation()).isTrue();
    }

    @Test
    void timeoutOnSleepingServer() throws Exception {
        // Else the time may be up before there is a connection.
        emptyUnary();
        fixture.cancelled.clear();
        assertThatThrownBy(() -> InteropServiceGrpc.newBlockingStub(calls)
                        .withDeadlineAfter(1, TimeUnit.SECONDS)
                        .unaryCall(SimpleRequest.newBuilder().setHang(true).build()))
                .satisfies(e -> assertThat(statusOf(e).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        assertThat(fixture.sawCancellation()).isTrue();
    }

    @Test
    void customMetadata_unary() {
        Metadata sent = new Metadata();
        sent.put(InteropFixture.ECHO_INITIAL, "test_initial_metadata_value");
        sent.put(InteropFixture.ECHO_TRAILING, new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab, 0});
        AtomicReference<Metadata> headers = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();

        blocking()
                .withInterceptors(
                        MetadataUtils.newAttachHeadersInterceptor(sent),
                        MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
                .unaryCall(SimpleRequest.getDefaultInstance());

        assertThat(headers.get().get(InteropFixture.ECHO_INITIAL)).isEqualTo("test_initial_metadata_value");
        assertThat(trailers.get().get(InteropFixture.ECHO_TRAILING))
                .containsExactly((byte) 0xab, (byte) 0xab, (byte) 0xab, 0);
        assertThat(headers.get().get(Metadata.Key.of("x-omnirelay-transport", Metadata.ASCII_STRING_MARSHALLER)))
                .isNotNull();
    }

    @Test
    void customMetadata_errorWithoutMessage_isInTrailers() {
        Metadata sent = new Metadata();
        sent.put(InteropFixture.ECHO_TRAILING, new byte[] {1, 2, 3});

        assertThatThrownBy(() -> blocking()
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent))
                        .unaryCall(SimpleRequest.newBuilder()
                                .setResponseStatus(EchoStatus.newBuilder().setCode(5))
                                .build()))
                .satisfies(e -> assertThat(
                                ((StatusRuntimeException) e).getTrailers().get(InteropFixture.ECHO_TRAILING))
                        .containsExactly(1, 2, 3));
    }

    @Test
    void statusCodeAndMessage() throws Exception {
        EchoStatus echo = EchoStatus.newBuilder()
                .setCode(2)
                .setMessage("test status message")
                .build();

        assertThatThrownBy(() -> blocking()
                        .unaryCall(SimpleRequest.newBuilder()
                                .setResponseStatus(echo)
                                .build()))
                .satisfies(e -> assertThat(statusOf(e).getDescription()).isEqualTo("test status message"));
        AnswerRecorder<StreamingOutputResponse> answer = new AnswerRecorder<>();
        StreamObserver<StreamingOutputRequest> requests = async().fullDuplexCall(answer);
        requests.onNext(
                StreamingOutputRequest.newBuilder().setResponseStatus(echo).build());
        Status status = (Status) answer.next();
        assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
        assertThat(status.getDescription()).isEqualTo("test status message");
    }

    @Test
    void specialStatusMessage() {
        String special = "\t\ntest with whitespace\r\nand Unicode BMP \u263A and non-BMP \uD83D\uDE08 and 100 %\t\n";

        assertThatThrownBy(() -> blocking()
                        .unaryCall(SimpleRequest.newBuilder()
                                .setResponseStatus(
                                        EchoStatus.newBuilder().setCode(2).setMessage(special))
                                .build()))
                .satisfies(e -> assertThat(statusOf(e).getDescription()).isEqualTo(special));
    }

    @Test
    void unimplementedMethod() {
        assertThatThrownBy(() -> blocking().unimplementedCall(InteropEmpty.getDefaultInstance()))
                .satisfies(e -> assertThat(statusOf(e).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }

    @Test
    void unimplementedService() {
        assertThatThrownBy(() -> UnknownServiceGrpc.newBlockingStub(calls)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .unimplementedCall(InteropEmpty.getDefaultInstance()))
                .satisfies(e -> assertThat(statusOf(e).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }

    @Test
    void requestOverLimit_isResourceExhausted() {
        assertThatThrownBy(() -> blocking()
                        .unaryCall(SimpleRequest.newBuilder()
                                .setPayload(bytes(2 << 20))
                                .build()))
                .satisfies(e ->
                        assertThat(statusOf(e).getCode()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED));
        // And the connection is as good as before.
        emptyUnary();
    }

    /** 32 MiB of zeros in some 32 KiB: within the limit as it comes, far over it when inflated. */
    @Test
    void compressedRequest_inflatesOverLimit_isRefused_othersAreServed() throws Exception {
        SimpleRequest bomb =
                SimpleRequest.newBuilder().setPayload(bytes(32 << 20)).build();
        ManagedChannel other = connect(fixture, TestPki.client());
        try (Bystander bystander = new Bystander(() -> InteropServiceGrpc.newBlockingStub(other)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .emptyCall(InteropEmpty.getDefaultInstance())
                .equals(InteropEmpty.getDefaultInstance()))) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> blocking().withCompression("gzip").unaryCall(bomb))
                        .satisfies(e -> assertThat(statusOf(e).getCode()).isEqualTo(inflatedOverLimit()));
                bystander.awaitCalls();
            }
        } finally {
            other.shutdownNow();
        }
        // And the connection that it came by is as good as before.
        emptyUnary();
    }

    @Test
    void answerOverLimit_isResourceExhausted() {
        assertThatThrownBy(() -> blocking()
                        .withMaxInboundMessageSize(10_000)
                        .unaryCall(SimpleRequest.newBuilder()
                                .setResponseSize(10_001)
                                .build()))
                .satisfies(e -> assertThat(statusOf(e).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    }

    @Test
    void serverStreaming_readerRequestsNothing_serverIsHeldBack() throws Exception {
        fixture.cancelled.clear();
        fixture.floodedBytes.set(0);
        AtomicReference<ClientCallStreamObserver<StreamingOutputRequest>> call = new AtomicReference<>();
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        async().streamingOutputCall(
                        StreamingOutputRequest.newBuilder().setFloodSize(10_000).build(),
                        new ClientResponseObserver<StreamingOutputRequest, StreamingOutputResponse>() {
                            @Override
                            public void beforeStart(ClientCallStreamObserver<StreamingOutputRequest> stream) {
                                stream.disableAutoRequestWithInitial(1);
                                call.set(stream);
                            }

                            @Override
                            public void onNext(StreamingOutputResponse value) {
                                events.add(value);
                            }

                            @Override
                            public void onError(Throwable t) {
                                events.add(t);
                            }

                            @Override
                            public void onCompleted() {}
                        });
        assertThat(events.poll(30, TimeUnit.SECONDS)).isInstanceOf(StreamingOutputResponse.class);
        long settled = settled();
        assertThat(settled).isLessThan(8 << 20);
        assertThat(events).isEmpty();

        // Whoever reads on gets more than was held back.
        int more = (int) (settled / 10_000) + 100;
        call.get().request(more);
        for (int i = 0; i < more; i++) {
            assertThat(events.poll(30, TimeUnit.SECONDS)).isInstanceOf(StreamingOutputResponse.class);
        }
        call.get().cancel("enough", null);
        assertThat(fixture.sawCancellation()).isTrue();
    }

    /** The flooded bytes, once they have not grown for 300 ms. */
    private long settled() throws InterruptedException {
        long last = -1;
        long now = fixture.floodedBytes.get();
        while (now != last || now == 0) {
            last = now;
            Thread.sleep(300);
            now = fixture.floodedBytes.get();
        }
        return now;
    }

    @Test
    void serverStreaming_blockingIterator_readsAll() {
        Iterator<StreamingOutputResponse> answer = blocking()
                .streamingOutputCall(StreamingOutputRequest.newBuilder()
                        .addAllResponseSizes(java.util.Collections.nCopies(200, 5_000))
                        .build());
        int count = 0;
        while (answer.hasNext()) {
            assertThat(answer.next().getPayload().size()).isEqualTo(5_000);
            count++;
        }

        assertThat(count).isEqualTo(200);
    }

    @Test
    void summaries_areTheSameForEveryTransport() throws Exception {
        fixture.summaries.clear();
        emptyUnary();

        Await.until(() -> fixture.summaries.stream()
                .anyMatch(summary -> summary.grpcStatus() == 0
                        && summary.method().equals("omnirelay.test.v1.InteropService/EmptyCall")
                        && summary.transport().toString().contains(transport())));
    }

    @Test
    void anonymousCaller_isAnonymous() throws Exception {
        ManagedChannel anonymous = connect(fixture, TestPki.anonymous());
        try {
            assertThat(InteropServiceGrpc.newBlockingStub((Channel) anonymous)
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .unaryCall(SimpleRequest.getDefaultInstance())
                            .getCaller())
                    .isEqualTo("anonymous");
        } finally {
            anonymous.shutdownNow();
            anonymous.awaitTermination(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void serverOfAnotherAuthority_isUnavailable() throws Exception {
        ManagedChannel misled = connect(fixture, TestPki.misled());
        try {
            assertThatThrownBy(() -> InteropServiceGrpc.newBlockingStub((Channel) misled)
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .emptyCall(InteropEmpty.getDefaultInstance()))
                    .satisfies(e -> assertThat(statusOf(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        } finally {
            misled.shutdownNow();
            misled.awaitTermination(30, TimeUnit.SECONDS);
        }
    }
}
