package io.omnirelay.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.omnirelay.session.v1.SessionAnswer;
import io.omnirelay.session.v1.SessionFrame;
import io.omnirelay.session.v1.SessionSettings;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.SimpleRequest;
import io.omnirelay.test.v1.SimpleResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which calls share a frame, with streams whose answers the test gives. */
class HandoutTest {
    private static final SessionOptions EAGER = SessionOptions.DEFAULT.withEager(true);

    private final FakeChannel one = new FakeChannel();
    private final FakeChannel other = new FakeChannel();
    private final SessionChannel onOne = new SessionChannel(one, EAGER, Metadata::new);
    private final SessionChannel onOther = new SessionChannel(other, EAGER, Metadata::new);
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void open() {
        for (SessionChannel channel : List.of(onOne, onOther)) {
            call(channel, () -> {});
        }
        for (FakeChannel channel : List.of(one, other)) {
            channel.stream.answer(SessionFrame.newBuilder()
                    .setSettings(SessionSettings.newBuilder().setCallsMax(1_000))
                    .build());
            channel.stream.answer(answers(1));
            channel.stream.frames.clear();
        }
    }

    private static SessionFrame answers(long... ids) {
        SessionFrame.Builder frame = SessionFrame.newBuilder();
        for (long id : ids) {
            frame.addAnswers(SessionAnswer.newBuilder().setId(id));
        }
        return frame.build();
    }

    private void call(SessionChannel on, Runnable then) {
        ClientCalls.asyncUnaryCall(
                on.newCall(InteropServiceGrpc.getUnaryCallMethod(), CallOptions.DEFAULT),
                SimpleRequest.getDefaultInstance(),
                new StreamObserver<SimpleResponse>() {
                    @Override
                    public void onNext(SimpleResponse value) {}

                    @Override
                    public void onError(Throwable t) {
                        log.add(Status.fromThrowable(t).getCode().name());
                    }

                    @Override
                    public void onCompleted() {
                        then.run();
                    }
                });
    }

    private static List<Integer> callsOfFrames(FakeChannel channel) {
        return channel.stream.frames.stream().map(SessionFrame::getCallsCount).toList();
    }

    @Test
    void callsOfCallbacks_goInOneFrameForEachSession() {
        call(onOne, () -> call(onOther, () -> {}));
        call(onOne, () -> call(onOne, () -> {}));
        call(onOne, () -> call(onOther, () -> {}));
        call(onOne, () -> call(onOne, () -> {}));
        one.stream.frames.clear();

        one.stream.answer(answers(2, 3, 4, 5));

        assertThat(callsOfFrames(other)).containsExactly(2);
        assertThat(callsOfFrames(one)).containsExactly(2);
    }

    @Test
    void callsOfCallbacks_oneCallbackFails_theOthersCallsGo() {
        call(onOne, () -> call(onOther, () -> {}));
        call(onOne, () -> {
            throw new IllegalStateException("a caller's own mistake");
        });

        try {
            one.stream.answer(answers(2, 3));
        } catch (IllegalStateException expected) {
            log.add("thrown");
        }

        assertThat(log).containsExactly("thrown");
        assertThat(callsOfFrames(other)).containsExactly(1);
        // Nothing is held back afterwards.
        call(onOther, () -> {});
        assertThat(callsOfFrames(other)).containsExactly(1, 1);
    }

    @Test
    void answersGivenOutWithinCallbacks_callsGoWhenTheOuterOnesAreOut() {
        call(onOther, () -> call(onOther, () -> {}));
        call(onOne, () -> other.stream.answer(answers(2)));
        call(onOne, () -> call(onOther, () -> {}));
        other.stream.frames.clear();

        one.stream.answer(answers(2, 3));

        // The session that was answered within goes on as soon as it has been.
        assertThat(callsOfFrames(other).stream().mapToInt(n -> n).sum()).isEqualTo(2);
        assertThat(callsOfFrames(one)).containsExactly(1, 1);
    }

    @Test
    void frameUnderWay_callsMeanwhileGoTogether_whenItHasLeft() {
        one.stream.ready = false;
        call(onOne, () -> {});
        call(onOne, () -> {});
        assertThat(one.stream.frames).isEmpty();

        one.stream.ready = true;
        one.stream.listener().onReady();

        assertThat(callsOfFrames(one)).containsExactly(2);
        assertThat(one.stream.options.getOnReadyThreshold()).isEqualTo(1);
    }

    @Test
    void frames_areAskedForSeveralAtATime_andAlwaysSomeAreAwaited() {
        int read = 2;
        int requests = one.stream.requests;

        for (int i = 0; i < 100; i++) {
            one.stream.answer(SessionFrame.getDefaultInstance());
            read++;
            assertThat(one.stream.requested).isGreaterThan(read).isLessThanOrEqualTo(read + 8);
        }

        assertThat(one.stream.requests - requests).isLessThanOrEqualTo(100 / 2);
    }
}
