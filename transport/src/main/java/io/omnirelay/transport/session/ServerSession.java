package io.omnirelay.transport.session;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail.Applied;
import io.omnirelay.session.v1.SessionAnswer;
import io.omnirelay.session.v1.SessionCall;
import io.omnirelay.session.v1.SessionEnd;
import io.omnirelay.session.v1.SessionFrame;
import io.omnirelay.session.v1.SessionSettings;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.TransportLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One stream of calls: takes frames apart, starts each call on a thread of its own, and puts answers together.
 *
 * <p>Answers wait in a queue until the frame before has left; one writer at a time puts whatever waits into one frame.
 * While a caller does not read its answers, its frames are not read either, so that the queue is bounded. What breaks the
 * protocol ends the stream and its calls.
 *
 * <p>The listener's methods come one at a time; {@link #answer} and {@link #drain} from any thread.
 */
final class ServerSession extends ServerCall.Listener<SessionFrame> {
    /** Of the queue of answers, before no more frames are read. */
    private static final long UNSENT_BYTES_MAX = 4 << 20;

    /** Bytes of answers that go into one frame with others. */
    private static final int FRAME_BYTES = 256 << 10;

    /** Room for what a frame has beside the payload. */
    private static final int FRAME_MARGIN = 1024;

    /** Frames that may come before more are asked for; each asking is a turn of the event loop. */
    private static final int FRAMES_AHEAD = 8;

    /** Calls that are started before the answers that are there are sent. */
    private static final int CALLS_BEFORE_ANSWERS = 32;

    /** One frame at a time waits for the socket, so that answers meanwhile go together. */
    private static final int READY_BYTES = 1;

    /** Of an answer, when the caller has said nothing; gRPC's own default. */
    private static final int ANSWER_BYTES_MAX_DEFAULT = 4 << 20;

    private final SessionService service;
    private final ServerCall<SessionFrame, SessionFrame> stream;
    private final TransportLimits limits;

    private final Map<Long, InnerCall<?, ?>> calls = new HashMap<>();
    private final Deque<SessionAnswer> unsent = new ArrayDeque<>();
    private long unsentBytes;
    private long lastId;
    private long framesRead;
    private int answerBytesMax = ANSWER_BYTES_MAX_DEFAULT;
    /** A writer is on its way, or at work. */
    private boolean writing;
    /** Frames that were asked for and have not come. */
    private int asked;

    private boolean draining;
    private boolean drainTold;
    private boolean halfClosed;
    private boolean over;

    ServerSession(SessionService service, ServerCall<SessionFrame, SessionFrame> stream) {
        this.service = service;
        this.stream = stream;
        this.limits = service.limits();
    }

    void start() {
        stream.setOnReadyThreshold(READY_BYTES);
        stream.sendHeaders(new Metadata());
        stream.sendMessage(SessionFrame.newBuilder()
                .setSettings(SessionSettings.newBuilder()
                        .setCallsMax(limits.sessionCallsMax())
                        .setFrameCallsMax(limits.sessionFrameCallsMax())
                        .setFrameBytesMax(limits.requestBodyBytesMax()))
                .build());
        ask();
    }

    SessionService service() {
        return service;
    }

    ServerCall<SessionFrame, SessionFrame> stream() {
        return stream;
    }

    // --- what comes in

    @Override
    public void onMessage(SessionFrame frame) {
        if (frame.getCallsCount() > limits.sessionFrameCallsMax()) {
            fail(Status.RESOURCE_EXHAUSTED.withDescription(
                    "More than " + limits.sessionFrameCallsMax() + " calls in a frame (sessionFrameCallsMax)"));
            return;
        }
        if (frame.hasSettings() && frame.getSettings().getFrameBytesMax() > 0) {
            synchronized (this) {
                answerBytesMax = frame.getSettings().getFrameBytesMax();
            }
        }
        frame.getCancelsList().forEach(this::cancel);
        // Whoever is answered first must not send that alone while the others are about to be.
        boolean holding = frame.getCallsCount() > 1 && mayWrite(true);
        int taken = 0;
        for (SessionCall call : frame.getCallsList()) {
            if (!take(call, frame)) {
                return;
            }
            if (++taken == CALLS_BEFORE_ANSWERS && holding) {
                holding = false;
                writeLater();
            }
        }
        synchronized (this) {
            framesRead++;
            asked--;
        }
        ask();
        if (holding) {
            writeLater();
        } else {
            // Many refused calls leave nobody else to write their answers.
            write();
        }
    }

    /** Asks for more frames, unless enough are on their way or too much waits to be sent. */
    private void ask() {
        int more;
        synchronized (this) {
            if (over || isFull() || asked > FRAMES_AHEAD / 2) {
                return;
            }
            more = FRAMES_AHEAD - asked;
            asked += more;
        }
        stream.request(more);
    }

    private boolean isFull() {
        return unsentBytes > UNSENT_BYTES_MAX || unsent.size() > limits.sessionCallsMax();
    }

    private void cancel(long id) {
        InnerCall<?, ?> call;
        synchronized (this) {
            call = calls.get(id);
        }
        if (call != null) {
            call.cancelledByCaller();
        }
    }

    /** False if the stream has ended by it. */
    private boolean take(SessionCall call, SessionFrame frame) {
        Status refusal = null;
        Metadata trailers = new Metadata();
        ServerMethodDefinition<?, ?> method = service.method(call.getMethod());
        synchronized (this) {
            if (over) {
                return false;
            }
            if (call.getId() > lastId) {
                lastId = call.getId();
            } else {
                refusal = Status.INVALID_ARGUMENT.withDescription(
                        "The id of a call must be greater than those before it: " + call.getId());
            }
        }
        if (refusal != null) {
            fail(refusal);
            return false;
        }
        RegistryException refused = refusedAtTheDoor();
        if (refused != null) {
            StatusRuntimeException status = Errors.toGrpc(refused);
            refusal = status.getStatus();
            trailers = status.getTrailers();
        } else if (method == null) {
            refusal = Status.UNIMPLEMENTED.withDescription("Method not found: " + call.getMethod());
        } else if (method.getMethodDescriptor().getType() != MethodType.UNARY) {
            refusal = Status.UNIMPLEMENTED.withDescription(
                    call.getMethod() + " streams: it takes a stream of its own, outside of a session");
        } else if (SessionMetadata.bytes(frame.getHeadersList()) + SessionMetadata.bytes(call.getHeadersList())
                > limits.headerBytesMax()) {
            refusal = Status.RESOURCE_EXHAUSTED.withDescription(
                    "The metadata exceeds " + limits.headerBytesMax() + " bytes (headerBytesMax)");
        }
        if (refusal != null || method == null) {
            enqueue(InnerCall.answer(call.getId(), refusal == null ? Status.INTERNAL : refusal, trailers));
            return true;
        }
        start(new InnerCall<>(this, method, call, frame.getHeadersList()));
        return true;
    }

    /** Counts the call in, unless this says why not. */
    private @Nullable RegistryException refusedAtTheDoor() {
        int underWay;
        synchronized (this) {
            if (draining) {
                return new RegistryException(
                        RegistryException.detail(ErrorCode.NO_QUORUM, "the node is shutting down", "Ask another node.")
                                .setApplied(Applied.APPLIED_NO)
                                .build());
            }
            underWay = calls.size();
        }
        if (underWay >= limits.sessionCallsMax()) {
            return overloaded(
                    "More than " + limits.sessionCallsMax() + " calls are under way on the session (sessionCallsMax)");
        }
        return null;
    }

    private static RegistryException overloaded(String message) {
        return new RegistryException(RegistryException.detail(ErrorCode.OVERLOADED, message, "Try again later")
                .setApplied(Applied.APPLIED_NO)
                .setRetryDelay(RegistryException.millis(1000))
                .build());
    }

    private void start(InnerCall<?, ?> call) {
        if (!service.tryBegin()) {
            StatusRuntimeException refused =
                    Errors.toGrpc(overloaded("Too many requests are in flight (requestsInFlightMax)"));
            enqueue(InnerCall.answer(call.id(), refused.getStatus(), refused.getTrailers()));
            return;
        }
        synchronized (this) {
            calls.put(call.id(), call);
        }
        call.arm();
        try {
            service.executor().execute(call);
        } catch (RejectedExecutionException e) {
            call.refuse(Status.UNAVAILABLE.withDescription("The server takes no more work"));
        }
    }

    @Override
    public void onHalfClose() {
        synchronized (this) {
            halfClosed = true;
        }
        write();
    }

    @Override
    public void onReady() {
        if (mayWrite(false)) {
            writeAll();
        }
    }

    @Override
    public void onCancel() {
        end();
    }

    @Override
    public void onComplete() {
        end();
    }

    // --- what goes out

    /** The call's answer; the call is over. */
    void answer(InnerCall<?, ?> call, SessionAnswer answer) {
        SessionAnswer sent = answer;
        synchronized (this) {
            if (answer.getPayload().size() > answerBytesMax - FRAME_MARGIN) {
                sent = InnerCall.answer(
                        answer.getId(),
                        Status.RESOURCE_EXHAUSTED.withDescription("The answer has "
                                + answer.getPayload().size() + " bytes, the caller takes " + answerBytesMax),
                        new Metadata());
            }
            calls.remove(call.id());
        }
        service.callEnded();
        enqueue(sent);
        write();
    }

    private synchronized void enqueue(SessionAnswer answer) {
        if (!over) {
            unsent.add(answer);
            unsentBytes += answer.getSerializedSize();
        }
    }

    /**
     * Sees to it that what waits is written soon: behind the threads that are about to answer, so that theirs goes into
     * the same frame.
     */
    private void write() {
        if (mayWrite(false)) {
            writeLater();
        }
    }

    /**
     * Makes the caller the one writer, if there is none.
     *
     * @param anyway though there is nothing to write yet
     */
    private synchronized boolean mayWrite(boolean anyway) {
        if (writing || over || !(anyway || hasWork())) {
            return false;
        }
        writing = true;
        return true;
    }

    private void writeLater() {
        try {
            service.executor().execute(this::writeAll);
        } catch (RejectedExecutionException e) {
            // The server is closed, and so will the stream be: nobody writes any more.
            end();
        }
    }

    private boolean hasWork() {
        return (!unsent.isEmpty() && stream.isReady()) || (draining && !drainTold) || isDone();
    }

    /** Everything is answered and nothing more will come, or be taken. */
    private boolean isDone() {
        return (halfClosed || drainTold) && calls.isEmpty() && unsent.isEmpty();
    }

    private void writeAll() {
        while (true) {
            SessionFrame frame;
            boolean last;
            synchronized (this) {
                if (over || !hasWork()) {
                    writing = false;
                    return;
                }
                SessionFrame.Builder builder = SessionFrame.newBuilder();
                if (draining && !drainTold) {
                    drainTold = true;
                    builder.setDraining(true);
                }
                takeAnswers(builder);
                last = isDone();
                if (last) {
                    over = true;
                    builder.setEnd(SessionEnd.newBuilder().setFramesRead(framesRead));
                }
                frame = builder.build();
            }
            stream.sendMessage(frame);
            if (last) {
                stream.close(Status.OK, new Metadata());
                service.ended(this);
                return;
            }
            ask();
        }
    }

    private void takeAnswers(SessionFrame.Builder into) {
        int bytes = 0;
        int most = Math.min(FRAME_BYTES, answerBytesMax);
        while (!unsent.isEmpty()) {
            int size = unsent.getFirst().getSerializedSize();
            if (into.getAnswersCount() > 0 && bytes + size > most) {
                return;
            }
            into.addAnswers(unsent.removeFirst());
            unsentBytes -= size;
            bytes += size;
        }
    }

    // --- the end

    /** The server stops: takes no new calls, ends when those under way are answered. */
    void drain() {
        synchronized (this) {
            draining = true;
        }
        write();
    }

    /** The caller broke the protocol. */
    private void fail(Status status) {
        synchronized (this) {
            if (over) {
                return;
            }
        }
        end();
        stream.close(status, new Metadata());
    }

    /** Nobody waits for the answers any more. */
    private void end() {
        List<InnerCall<?, ?>> left;
        synchronized (this) {
            over = true;
            left = List.copyOf(calls.values());
            unsent.clear();
            unsentBytes = 0;
        }
        service.ended(this);
        left.forEach(InnerCall::cancelledByCaller);
    }
}
