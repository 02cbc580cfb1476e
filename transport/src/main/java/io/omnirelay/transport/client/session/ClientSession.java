package io.omnirelay.transport.client.session;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail.Applied;
import io.omnirelay.session.v1.SessionAnswer;
import io.omnirelay.session.v1.SessionCall;
import io.omnirelay.session.v1.SessionFrame;
import io.omnirelay.session.v1.SessionServiceGrpc;
import io.omnirelay.session.v1.SessionSettings;
import io.omnirelay.transport.Errors;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of calls. What waits when the stream takes more goes into one frame; whoever finds nobody writing writes.
 * Calls that the answers of a frame lead to wait until all of the frame's answers have been given out ({@link Handout}).
 *
 * <p>Calls that were not sent when the session ends go by themselves. Those that were are in doubt, unless the server has
 * said that it has not looked at them.
 *
 * <p>Thread: any; the stream's own callbacks come one at a time.
 */
final class ClientSession extends ClientCall.Listener<SessionFrame> {
    /** No deadline: far enough, and safe to add to a time. */
    static final long NEVER_NANOS = TimeUnit.DAYS.toNanos(365);

    /** Frames that may come before more are asked for; each asking is a turn of the event loop. */
    private static final int FRAMES_AHEAD = 8;

    /** One frame at a time waits for the socket, so that calls meanwhile go together. */
    private static final int READY_BYTES = 1;

    private static final long SWEEP_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(10);

    private final SessionChannel channel;
    private final SessionOptions options;
    private final ClientCall<SessionFrame, SessionFrame> stream;

    private final Deque<MultiplexedCall<?, ?>> waiting = new ArrayDeque<>();
    private final Map<Long, MultiplexedCall<?, ?>> sent = new HashMap<>();
    private final List<Long> cancels = new ArrayList<>();
    private @Nullable SessionSettings settings;
    private Metadata streamHeaders = new Metadata();
    private volatile boolean open;
    /** Takes no more calls. */
    private boolean retired;

    private boolean ended;
    private boolean halfClosed;
    private boolean writing;
    private long lastId;
    private long framesSent;
    private long framesRead = Long.MAX_VALUE;
    private long sweepAtNanos;
    private boolean sweeping;
    /** Since frames were asked for; of the stream's callbacks. */
    private int framesTaken;

    private long usedNanos = System.nanoTime();

    ClientSession(SessionChannel channel) {
        this.channel = channel;
        this.options = channel.options();
        this.stream = channel.plain()
                .newCall(SessionServiceGrpc.getOpenMethod(), CallOptions.DEFAULT.withOnReadyThreshold(READY_BYTES));
    }

    void start(Metadata headers) {
        stream.start(this, headers);
        stream.request(FRAMES_AHEAD);
        stream.sendMessage(SessionFrame.newBuilder()
                .setSettings(SessionSettings.newBuilder().setFrameBytesMax(options.answerBytesMax()))
                .build());
        synchronized (this) {
            framesSent = 1;
            sweepBy(System.nanoTime() + options.idle().toNanos());
        }
    }

    /** Whether the server has opened it, and takes calls. */
    boolean isOpen() {
        return open;
    }

    Attributes attributes() {
        return stream.getAttributes();
    }

    /** Takes the call; false if the session takes none any more. */
    boolean submit(MultiplexedCall<?, ?> call) {
        synchronized (this) {
            if (retired || (settings != null && call.payloadBytes() > frameBytesMost(settings))) {
                return false;
            }
            waiting.add(call);
            long now = System.nanoTime();
            usedNanos = now;
            sweepBy(call.deadlineNanos(now));
        }
        if (!Handout.defer(this)) {
            write();
        }
        return true;
    }

    /** The caller does not want the answer any more. */
    void forget(MultiplexedCall<?, ?> call) {
        synchronized (this) {
            if (!waiting.remove(call) && sent.remove(call.id, call)) {
                cancels.add(call.id);
            }
        }
        write();
    }

    // --- writing

    /** Sends what waits, as far as the stream takes it. */
    void write() {
        while (true) {
            SessionFrame frame;
            synchronized (this) {
                if (writing || settings == null || halfClosed || ended || !hasWork() || !stream.isReady()) {
                    return;
                }
                writing = true;
                frame = nextFrame();
            }
            try {
                stream.sendMessage(frame);
            } catch (IllegalStateException e) {
                // Half-closed or cancelled meanwhile: the stream's end tells the calls.
                stream.cancel("cannot write", e);
            } finally {
                synchronized (this) {
                    writing = false;
                }
            }
            endIfRetired();
        }
    }

    private boolean hasWork() {
        return !cancels.isEmpty() || (!waiting.isEmpty() && sent.size() < callsMax());
    }

    private int callsMax() {
        return least(options.callsInFlightMax(), settings == null ? 0 : settings.getCallsMax());
    }

    /** A server may take less than we send together; half of that leaves room for what stands beside the messages. */
    private int frameBytesMost(SessionSettings given) {
        return least(options.frameBytesMax(), given.getFrameBytesMax() / 2);
    }

    /** The smaller of our limit and the server's, which may have said none. */
    private static int least(int own, int other) {
        return other <= 0 ? own : Math.min(own, other);
    }

    private SessionFrame nextFrame() {
        SessionFrame.Builder frame = SessionFrame.newBuilder().addAllCancels(cancels);
        cancels.clear();
        framesSent++;
        int callsMost = least(options.frameCallsMax(), settings == null ? 0 : settings.getFrameCallsMax());
        int bytesMost = settings == null ? options.frameBytesMax() : frameBytesMost(settings);
        int bytes = 0;
        while (!waiting.isEmpty() && frame.getCallsCount() < callsMost && sent.size() < callsMax()) {
            MultiplexedCall<?, ?> call = waiting.getFirst();
            if (frame.getCallsCount() == 0) {
                frame.addAllHeaders(call.headers());
            } else if (bytes + call.payloadBytes() > bytesMost
                    || !frame.getHeadersList().equals(call.headers())) {
                break;
            }
            waiting.removeFirst();
            call.id = ++lastId;
            call.frame = framesSent;
            SessionCall encoded = call.encode().build();
            bytes += encoded.getSerializedSize();
            frame.addCalls(encoded);
            sent.put(call.id, call);
        }
        return frame.build();
    }

    // --- the stream's callbacks

    @Override
    public void onHeaders(Metadata headers) {
        streamHeaders = headers;
    }

    @Override
    public void onReady() {
        write();
    }

    @Override
    public void onMessage(SessionFrame frame) {
        if (frame.hasSettings()) {
            opened(frame.getSettings());
        }
        if (frame.getDraining()) {
            retire();
        }
        if (frame.hasEnd()) {
            synchronized (this) {
                framesRead = frame.getEnd().getFramesRead();
            }
            retire();
        }
        if (frame.getAnswersCount() > 0) {
            Handout.during(() -> give(frame.getAnswersList()));
        }
        if (++framesTaken == FRAMES_AHEAD / 2) {
            framesTaken = 0;
            stream.request(FRAMES_AHEAD / 2);
        }
        write();
        endIfRetired();
    }

    private void opened(SessionSettings given) {
        List<MultiplexedCall<?, ?>> tooLarge = new ArrayList<>();
        synchronized (this) {
            settings = given;
            open = !retired;
            int most = frameBytesMost(given);
            waiting.removeIf(call -> call.payloadBytes() > most && tooLarge.add(call));
        }
        channel.opened();
        tooLarge.forEach(MultiplexedCall::goAlone);
    }

    private void give(List<SessionAnswer> answers) {
        for (SessionAnswer answer : answers) {
            MultiplexedCall<?, ?> call;
            synchronized (this) {
                call = sent.remove(answer.getId());
                usedNanos = System.nanoTime();
            }
            if (call != null) {
                call.answered(answer, streamHeaders);
            }
        }
    }

    /** Takes no more calls; those that wait go by themselves, those that were sent are answered. */
    void retire() {
        List<MultiplexedCall<?, ?>> left;
        synchronized (this) {
            retired = true;
            open = false;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        channel.retired(this);
        left.forEach(MultiplexedCall::goAlone);
        endIfRetired();
    }

    private void endIfRetired() {
        synchronized (this) {
            if (!retired || halfClosed || writing || !sent.isEmpty() || ended) {
                return;
            }
            halfClosed = true;
        }
        stream.halfClose();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        boolean wasOpened;
        Collection<MultiplexedCall<?, ?>> left;
        long read;
        synchronized (this) {
            wasOpened = settings != null;
            ended = true;
            left = List.copyOf(sent.values());
            sent.clear();
            read = framesRead;
        }
        if (!wasOpened) {
            channel.failed(this, status);
        }
        retire();
        for (MultiplexedCall<?, ?> call : left) {
            if (call.frame > read) {
                StatusRuntimeException refused = Errors.toGrpc(notStarted());
                call.end(refused.getStatus(), refused.getTrailers() == null ? new Metadata() : refused.getTrailers());
            } else {
                call.end(broken(status), new Metadata());
            }
        }
    }

    private static RegistryException notStarted() {
        return new RegistryException(RegistryException.detail(
                        ErrorCode.NO_QUORUM, "the node stopped before it looked at the call", "Ask another node.")
                .setApplied(Applied.APPLIED_NO)
                .build());
    }

    /** Whatever ended the stream says nothing about a call but that its outcome is not known. */
    private static Status broken(Status status) {
        if (status.getCode() == Status.Code.UNAVAILABLE) {
            return status;
        }
        return Status.UNAVAILABLE
                .withDescription("The session ended before the answer: " + status.getCode()
                        + (status.getDescription() == null ? "" : " " + status.getDescription()))
                .withCause(status.getCause());
    }

    // --- time

    /** Looks after deadlines at that time, or before. Guarded by this. */
    private void sweepBy(long atNanos) {
        if (!sweeping || atNanos - sweepAtNanos < 0) {
            sweeping = true;
            sweepAtNanos = atNanos;
            long delay = Math.max(SWEEP_NANOS_MIN, atNanos - System.nanoTime());
            SessionChannel.later(() -> sweep(atNanos), Duration.ofNanos(delay));
        }
    }

    private void sweep(long atNanos) {
        List<MultiplexedCall<?, ?>> late = new ArrayList<>();
        boolean idle;
        synchronized (this) {
            if (ended || atNanos != sweepAtNanos) {
                return;
            }
            sweeping = false;
            long now = System.nanoTime();
            long next = now + options.idle().toNanos();
            for (MultiplexedCall<?, ?> call : sent.values()) {
                long deadline = call.deadlineNanos(now);
                if (deadline - now <= 0) {
                    late.add(call);
                    cancels.add(call.id);
                } else {
                    next = deadline - next < 0 ? deadline : next;
                }
            }
            late.forEach(call -> sent.remove(call.id));
            for (MultiplexedCall<?, ?> call : List.copyOf(waiting)) {
                long deadline = call.deadlineNanos(now);
                if (deadline - now <= 0) {
                    late.add(call);
                    waiting.remove(call);
                } else {
                    next = deadline - next < 0 ? deadline : next;
                }
            }
            idle = sent.isEmpty()
                    && waiting.isEmpty()
                    && now - usedNanos >= options.idle().toNanos();
            sweepBy(next);
        }
        late.forEach(call -> call.end(
                Status.DEADLINE_EXCEEDED.withDescription("The call was not answered before its deadline"),
                new Metadata()));
        if (idle) {
            retire();
        } else {
            write();
        }
    }
}
