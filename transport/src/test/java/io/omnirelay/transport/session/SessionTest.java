package io.omnirelay.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.meshkit.api.ErrorCode;
import io.omnirelay.session.v1.SessionAnswer;
import io.omnirelay.session.v1.SessionCall;
import io.omnirelay.session.v1.SessionFrame;
import io.omnirelay.session.v1.SessionHeader;
import io.omnirelay.session.v1.SessionServiceGrpc;
import io.omnirelay.session.v1.SessionSettings;
import io.omnirelay.test.v1.EchoStatus;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.SimpleRequest;
import io.omnirelay.test.v1.SimpleResponse;
import io.omnirelay.test.v1.StreamingOutputRequest;
import io.omnirelay.transport.Await;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.session.SessionChannel;
import io.omnirelay.transport.client.session.SessionOptions;
import io.omnirelay.transport.grpc.InteropFixture;
import io.omnirelay.transport.http3.Http3Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server's half against frames that our own client does not send, and the ends of sessions. */
@Timeout(120)
class SessionTest {
    private static final int CALLS_MAX = 4;
    private static final int FRAME_CALLS_MAX = 8;
    private static final String UNARY = InteropServiceGrpc.getUnaryCallMethod().getFullMethodName();

    private final InteropFixture fixture = new InteropFixture(
            TransportLimits.builder()
                    .sessionCallsMax(CALLS_MAX)
                    .sessionFrameCallsMax(FRAME_CALLS_MAX)
                    .requestBodyBytesMax(64 << 10)
                    .build(),
            Http3Options.disabled(),
            0);
    private final ManagedChannel channel = OmniRelayChannel.builder("localhost", fixture.server.grpcPort())
            .tls(TestPki.client())
            .build();
    private final BlockingQueue<SessionFrame> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private StreamObserver<SessionFrame> stream;

    @BeforeEach
    void open() throws Exception {
        stream = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(SessionServiceGrpc.getOpenMethod(), CallOptions.DEFAULT), new StreamObserver<>() {
                    @Override
                    public void onNext(SessionFrame value) {
                        frames.add(value);
                    }

                    @Override
                    public void onError(Throwable t) {
                        end.complete(Status.fromThrowable(t));
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(Status.OK);
                    }
                });
        assertThat(next().getSettings())
                .isEqualTo(SessionSettings.newBuilder()
                        .setCallsMax(CALLS_MAX)
                        .setFrameCallsMax(FRAME_CALLS_MAX)
                        .setFrameBytesMax(64 << 10)
                        .build());
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        fixture.close();
    }

    private SessionFrame next() throws InterruptedException {
        return frames.poll(30, TimeUnit.SECONDS);
    }

    private SessionAnswer answer() throws InterruptedException {
        SessionFrame frame = next();
        assertThat(frame.getAnswersList()).hasSize(1);
        return frame.getAnswers(0);
    }

    private Status.Code status() throws Exception {
        return end.get(30, TimeUnit.SECONDS).getCode();
    }

    private static SessionCall.Builder call(long id, SimpleRequest request) {
        return SessionCall.newBuilder().setId(id).setMethod(UNARY).setPayload(request.toByteString());
    }

    private static SessionCall.Builder call(long id) {
        return call(id, SimpleRequest.getDefaultInstance());
    }

    private static SessionFrame frame(SessionCall.Builder... calls) {
        SessionFrame.Builder frame = SessionFrame.newBuilder();
        for (SessionCall.Builder call : calls) {
            frame.addCalls(call);
        }
        return frame.build();
    }

    /** A call that is not answered before it is cancelled. */
    private static SessionCall.Builder hanging(long id) {
        return call(id, SimpleRequest.newBuilder().setHang(true).build());
    }

    @Test
    void unknownMethod_isRefused_othersAreAnswered() throws Exception {
        stream.onNext(frame(SessionCall.newBuilder().setId(1).setMethod("no.such/Method"), call(2)));
        List<SessionAnswer> answers = new ArrayList<>();
        while (answers.size() < 2) {
            answers.addAll(next().getAnswersList());
        }
        assertThat(answers).anyMatch(a -> a.getId() == 1 && a.getStatus() == Status.Code.UNIMPLEMENTED.value());
        assertThat(answers).anyMatch(a -> a.getId() == 2 && a.getStatus() == 0);
    }

    @Test
    void streamingMethod_isRefused() throws Exception {
        stream.onNext(frame(SessionCall.newBuilder()
                .setId(1)
                .setMethod(InteropServiceGrpc.getStreamingOutputCallMethod().getFullMethodName())
                .setPayload(StreamingOutputRequest.getDefaultInstance().toByteString())));
        assertThat(answer().getStatus()).isEqualTo(Status.Code.UNIMPLEMENTED.value());
    }

    @Test
    void garbage_isRefused_theSessionGoesOn() throws Exception {
        stream.onNext(frame(SessionCall.newBuilder()
                .setId(1)
                .setMethod(UNARY)
                .setPayload(ByteString.copyFromUtf8("\u0007\u0007garbage"))));
        assertThat(answer().getStatus()).isEqualTo(Status.Code.INTERNAL.value());
        stream.onNext(frame(call(2)));
        assertThat(answer().getStatus()).isZero();
    }

    @Test
    void reusedId_endsTheSession() throws Exception {
        stream.onNext(frame(call(7)));
        assertThat(answer().getId()).isEqualTo(7);
        stream.onNext(frame(call(7)));
        assertThat(status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void tooManyCallsInAFrame_endTheSession() throws Exception {
        SessionCall.Builder[] calls = LongStream.rangeClosed(1, FRAME_CALLS_MAX + 1)
                .mapToObj(SessionTest::call)
                .toArray(SessionCall.Builder[]::new);
        stream.onNext(frame(calls));
        assertThat(status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void oversizedFrame_endsTheSession() throws Exception {
        stream.onNext(frame(call(1).setPayload(ByteString.copyFrom(new byte[65 << 10]))));
        // grpc-java's server may reset the stream without saying why.
        assertThat(status()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    }

    @Test
    void oversizedMetadata_isRefused() throws Exception {
        stream.onNext(frame(call(1).addHeaders(SessionHeader.newBuilder()
                .setName("x-large")
                .setValue(ByteString.copyFrom(new byte[17 << 10])))));
        assertThat(answer().getStatus()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    }

    @Test
    void callsOverTheLimit_areRefused_asNotApplied_andRoomIsMadeByCancelling() throws Exception {
        stream.onNext(frame(hanging(1), hanging(2), hanging(3), hanging(4), call(5)));
        SessionAnswer refused = answer();
        assertThat(refused.getId()).isEqualTo(5);
        assertThat(refused.getStatus()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
        Metadata trailers = new Metadata();
        SessionMetadata.decode(refused.getTrailersList(), trailers);
        assertThat(Errors.of(Status.RESOURCE_EXHAUSTED, trailers).code()).isEqualTo(ErrorCode.OVERLOADED);
        stream.onNext(SessionFrame.newBuilder().addCancels(2).addCancels(99).build());
        assertThat(answer().getStatus()).isEqualTo(Status.Code.CANCELLED.value());
        assertThat(fixture.sawCancellation()).isTrue();
        stream.onNext(frame(call(6)));
        assertThat(answer().getStatus()).isZero();
    }

    @Test
    void slowCall_holdsNobodyBack_andMeetsItsDeadline() throws Exception {
        stream.onNext(frame(hanging(1).setTimeoutNanos(TimeUnit.SECONDS.toNanos(2)), call(2)));
        assertThat(answer().getId()).isEqualTo(2);
        SessionAnswer late = answer();
        assertThat(late.getId()).isEqualTo(1);
        assertThat(late.getStatus()).isEqualTo(Status.Code.DEADLINE_EXCEEDED.value());
    }

    @Test
    void halfClosedStream_isAnsweredBeforeItsEnd() throws Exception {
        stream.onNext(frame(call(1)));
        stream.onCompleted();
        assertThat(status()).isEqualTo(Status.Code.OK);
        List<SessionFrame> all = List.copyOf(frames);
        assertThat(all.stream().flatMap(f -> f.getAnswersList().stream()))
                .singleElement()
                .matches(a -> a.getStatus() == 0);
        assertThat(all.get(all.size() - 1).getEnd().getFramesRead()).isEqualTo(1);
    }

    @Test
    void cutStream_cancelsItsCalls() throws Exception {
        stream.onNext(frame(hanging(1)));
        Await.until(() -> fixture.hanging.get() == 1);
        stream.onError(new IllegalStateException("the caller goes"));
        assertThat(fixture.sawCancellation()).isTrue();
    }

    @Test
    void drain_answersWhatIsUnderWay_refusesTheRest() throws Exception {
        stream.onNext(frame(hanging(1).setTimeoutNanos(TimeUnit.SECONDS.toNanos(4))));
        stream.onNext(frame(call(2)));
        assertThat(answer().getId()).isEqualTo(2);
        CompletableFuture<Boolean> clean = CompletableFuture.supplyAsync(() -> {
            try {
                return fixture.server.shutdown(Duration.ofSeconds(60));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(next().getDraining()).isTrue();
        stream.onNext(frame(call(3)));
        SessionAnswer refused = answer();
        assertThat(refused.getStatus()).isEqualTo(Status.Code.UNAVAILABLE.value());
        SessionFrame last = next();
        assertThat(last.getAnswers(0).getId()).isEqualTo(1);
        assertThat(last.getEnd().getFramesRead()).isEqualTo(3);
        assertThat(status()).isEqualTo(Status.Code.OK);
        assertThat(clean.get()).isTrue();
    }

    @Test
    void channel_serverKnowsNoSessions_callsGoByThemselves() {
        try (InteropFixture without = InteropFixture.withoutSessions()) {
            ManagedChannel plain = OmniRelayChannel.builder("localhost", without.server.grpcPort())
                    .tls(TestPki.client())
                    .build();
            SessionChannel session = new SessionChannel(plain, SessionOptions.DEFAULT.withEager(true), Metadata::new);
            for (int i = 0; i < 3; i++) {
                assertThat(InteropServiceGrpc.newBlockingStub(session)
                                .withDeadlineAfter(30, TimeUnit.SECONDS)
                                .unaryCall(SimpleRequest.getDefaultInstance()))
                        .isInstanceOf(SimpleResponse.class);
            }
            assertThat(session.isOpen()).isFalse();
            plain.shutdownNow();
        }
    }

    @Test
    void channel_moreCallsThanTheServerTakesAtOnce_allAreAnswered() throws Exception {
        SessionChannel session = new SessionChannel(channel, SessionOptions.DEFAULT.withEager(true), Metadata::new);
        List<CompletableFuture<SimpleResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            CompletableFuture<SimpleResponse> answer = new CompletableFuture<>();
            answers.add(answer);
            InteropServiceGrpc.newStub(session)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .unaryCall(SimpleRequest.newBuilder().setResponseSize(i).build(), new StreamObserver<>() {
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
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(60, TimeUnit.SECONDS).getPayload().size())
                    .isEqualTo(i);
        }
        assertThat(session.isOpen()).isTrue();
    }

    @Test
    void channel_callsLargerThanTheServersFrames_goByThemselves() {
        SessionChannel session = new SessionChannel(channel, SessionOptions.DEFAULT.withEager(true), Metadata::new);
        for (int i = 0; i < 2; i++) {
            assertThat(InteropServiceGrpc.newBlockingStub(session)
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .unaryCall(SimpleRequest.newBuilder()
                                    .setPayload(ByteString.copyFrom(new byte[60 << 10]))
                                    .build()))
                    .isNotNull();
        }
    }

    @Test
    void channel_errorsKeepTheirStatus() {
        SessionChannel session = new SessionChannel(channel, SessionOptions.DEFAULT.withEager(true), Metadata::new);
        Status status = Status.fromThrowable(catchThrowable(() -> InteropServiceGrpc.newBlockingStub(session)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .unaryCall(SimpleRequest.newBuilder()
                        .setResponseStatus(EchoStatus.newBuilder().setCode(9).setMessage("said"))
                        .build())));
        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).isEqualTo("said");
    }

    @Test
    void channel_reopened_callUnderWayGoesOn_nextGoesInAnotherSession() throws Exception {
        SessionChannel session = new SessionChannel(channel, SessionOptions.DEFAULT.withEager(true), Metadata::new);
        InteropServiceGrpc.newBlockingStub(session)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .unaryCall(SimpleRequest.getDefaultInstance());
        CompletableFuture<Status> hanging = new CompletableFuture<>();
        InteropServiceGrpc.newStub(session)
                .unaryCall(SimpleRequest.newBuilder().setHang(true).build(), new StreamObserver<>() {
                    @Override
                    public void onNext(SimpleResponse value) {}

                    @Override
                    public void onError(Throwable t) {
                        hanging.complete(Status.fromThrowable(t));
                    }

                    @Override
                    public void onCompleted() {}
                });
        Await.until(() -> fixture.hanging.get() == 1);
        assertThat(session.isOpen()).isTrue();

        session.reopen();

        assertThat(session.isOpen()).isFalse();
        assertThat(InteropServiceGrpc.newBlockingStub(session)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .unaryCall(SimpleRequest.getDefaultInstance()))
                .isNotNull();
        assertThat(session.isOpen()).isTrue();
        assertThat(hanging).isNotDone();
        assertThat(fixture.hanging.get()).isEqualTo(1);
    }
}
