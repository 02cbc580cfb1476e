package io.omnirelay.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.omnirelay.session.v1.SessionAnswer;
import io.omnirelay.session.v1.SessionCall;
import io.omnirelay.session.v1.SessionFrame;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.SimpleRequest;
import io.omnirelay.test.v1.SimpleResponse;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which answers share a frame, with an executor whose tasks run when the test says so, and a stream that it watches. */
class AnswersTogetherTest {
    private static final String UNARY = InteropServiceGrpc.getUnaryCallMethod().getFullMethodName();

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final FakeStream stream = new FakeStream();
    private ServerSession session;
    private long lastId;

    @BeforeEach
    void open() {
        session = session(tasks::add);
        session.start();
        stream.frames.clear();
    }

    private ServerSession session(Executor executor) {
        ServerCallHandler<SimpleRequest, SimpleResponse> echo = ServerCalls.asyncUnaryCall((request, observer) -> {
            observer.onNext(SimpleResponse.getDefaultInstance());
            observer.onCompleted();
        });
        ServerServiceDefinition service = ServerServiceDefinition.builder(InteropServiceGrpc.SERVICE_NAME)
                .addMethod(ServerMethodDefinition.create(InteropServiceGrpc.getUnaryCallMethod(), echo))
                .build();
        return new ServerSession(
                new SessionService(List.of(service), TransportLimits.defaults(), new TransportEvents() {}, executor),
                stream);
    }

    private SessionFrame calls(int count) {
        SessionFrame.Builder frame = SessionFrame.newBuilder();
        for (int i = 0; i < count; i++) {
            frame.addCalls(SessionCall.newBuilder().setId(++lastId).setMethod(UNARY));
        }
        return frame.build();
    }

    /** In the order in which they came, as a queue of one thread has them. */
    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }

    private List<Integer> answersOfFrames() {
        return stream.frames.stream().map(SessionFrame::getAnswersCount).toList();
    }

    @Test
    void callsOfOneFrame_areAnsweredInOne() {
        session.onMessage(calls(3));

        runAll();

        assertThat(answersOfFrames()).containsExactly(3);
    }

    @Test
    void callsOfOneFrame_firstIsAnsweredWhileOthersAreBeingStarted_waitsForThem() {
        // Another thread takes the first call as soon as it is there.
        AtomicBoolean first = new AtomicBoolean(true);
        ServerSession eager = session(task -> {
            if (first.getAndSet(false)) {
                task.run();
            } else {
                tasks.add(task);
            }
        });

        eager.onMessage(calls(3));

        assertThat(stream.frames).isEmpty();
        runAll();
        assertThat(answersOfFrames()).containsExactly(3);
    }

    @Test
    void longFrame_answersToItsFirstCallsDoNotWaitForItsLast() {
        session.onMessage(calls(100));

        runAll();

        assertThat(answersOfFrames().getFirst()).isEqualTo(32);
        assertThat(answersOfFrames().stream().mapToInt(n -> n).sum()).isEqualTo(100);
    }

    @Test
    void frameUnderWay_answersMeanwhileGoTogether_whenItHasLeft() {
        session.onMessage(calls(1));
        runAll();
        stream.ready = false;
        session.onMessage(calls(1));
        session.onMessage(calls(1));
        runAll();
        assertThat(answersOfFrames()).containsExactly(1);

        stream.ready = true;
        session.onReady();
        runAll();

        assertThat(answersOfFrames()).containsExactly(1, 2);
        assertThat(stream.frames.stream()
                        .flatMap(frame -> frame.getAnswersList().stream())
                        .map(SessionAnswer::getId))
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void stream_isUnreadyWhileAFrameIsUnderWay() {
        assertThat(stream.threshold).isEqualTo(1);
    }

    @Test
    void frames_areAskedForSeveralAtATime_andAlwaysSomeAreAwaited() {
        int asked = stream.requested;
        assertThat(asked).isGreaterThan(1);
        int askings = stream.requests;

        for (int i = 1; i <= 100; i++) {
            session.onMessage(calls(1));
            runAll();
            assertThat(stream.requested).isGreaterThan(i);
            assertThat(stream.requested).isLessThanOrEqualTo(i + asked);
        }

        assertThat(stream.requests - askings).isLessThanOrEqualTo(100 / 2);
    }

    @Test
    void answersThatAreNotRead_noMoreFramesAreAskedFor_untilTheyAre() {
        stream.ready = false;
        int read = 0;
        while (read < stream.requested) {
            session.onMessage(calls(200));
            runAll();
            read++;
            assertThat(read).isLessThan(1_000);
        }
        int requested = stream.requested;

        stream.ready = true;
        session.onReady();
        runAll();

        assertThat(stream.requested).isGreaterThan(requested);
        List<Long> ids = new ArrayList<>();
        stream.frames.forEach(frame -> frame.getAnswersList().forEach(answer -> ids.add(answer.getId())));
        assertThat(ids).hasSize((int) lastId).doesNotHaveDuplicates();
    }

    @Test
    void halfClose_withCallsUnderWay_endsAfterTheirAnswers() {
        session.onMessage(calls(2));
        session.onHalfClose();

        runAll();

        assertThat(answersOfFrames().stream().mapToInt(n -> n).sum()).isEqualTo(2);
        assertThat(stream.frames.getLast().hasEnd()).isTrue();
        assertThat(stream.closed).isNotNull();
        assertThat(stream.closed.isOk()).isTrue();
    }
}
