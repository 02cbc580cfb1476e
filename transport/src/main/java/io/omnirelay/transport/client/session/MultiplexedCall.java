package io.omnirelay.transport.client.session;

import com.google.protobuf.ByteString;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.omnirelay.session.v1.SessionAnswer;
import io.omnirelay.session.v1.SessionCall;
import io.omnirelay.session.v1.SessionHeader;
import io.omnirelay.transport.session.SessionMetadata;
import io.omnirelay.transport.session.SessionPayload;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One unary call that, when it is complete, joins a session or goes by itself. Until its message has been sent it may be
 * moved from the one to the other; then never.
 *
 * <p>The caller's methods come one at a time, but for {@link #cancel}. Whoever ends the call first wins; the listener is told
 * by the winner.
 */
final class MultiplexedCall<Q, R> extends ClientCall<Q, R> {
    private static final Metadata NO_TRAILERS = new Metadata();

    private final SessionChannel channel;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;
    private final Context context = Context.current();
    private final Context.CancellationListener contextCancelled = this::contextCancelled;
    private final AtomicBoolean over = new AtomicBoolean();
    private final @Nullable Deadline deadline;
    private @Nullable Listener<R> listener;
    private Metadata metadata = NO_TRAILERS;
    private @Nullable Q message;
    private ByteString payload = ByteString.EMPTY;
    private List<SessionHeader> headers = List.of();

    /** Guarded by this: where the call is. */
    private @Nullable ClientSession session;

    private @Nullable ClientCall<Q, R> plain;
    private @Nullable Status cancelled;

    /** The session's; guarded by it. */
    long id;

    /** The number of the frame that it went with; the session's. */
    long frame;

    MultiplexedCall(SessionChannel channel, MethodDescriptor<Q, R> method, CallOptions options) {
        this.channel = channel;
        this.method = method;
        this.options = options;
        Deadline own = options.getDeadline();
        Deadline inherited = context.getDeadline();
        this.deadline = own == null ? inherited : inherited == null ? own : own.minimum(inherited);
    }

    // --- the caller's side

    @Override
    public void start(Listener<R> responses, Metadata given) {
        if (listener != null) {
            throw new IllegalStateException("Already started");
        }
        listener = responses;
        metadata = given;
    }

    @Override
    public void request(int numMessages) {
        // The one answer is delivered when it is there.
    }

    @Override
    public void sendMessage(Q request) {
        if (message != null) {
            throw new IllegalStateException("A unary call has one message");
        }
        message = request;
    }

    @Override
    public void halfClose() {
        Q request = message;
        if (request == null) {
            end(Status.INTERNAL.withDescription("A unary call needs a message"), NO_TRAILERS);
            return;
        }
        if (deadline != null && deadline.isExpired()) {
            end(Status.DEADLINE_EXCEEDED.withDescription("The call started after its deadline"), NO_TRAILERS);
            return;
        }
        if (context != Context.ROOT) {
            context.addListener(contextCancelled, Runnable::run);
        }
        try {
            payload = SessionPayload.encode(method.getRequestMarshaller(), request);
        } catch (StatusRuntimeException e) {
            end(Status.CANCELLED.withCause(e).withDescription("Failed to stream message"), NO_TRAILERS);
            return;
        }
        dispatch(channel.sessionFor(payload.size()));
    }

    /** Joins the session, or goes by itself. */
    private void dispatch(@Nullable ClientSession joined) {
        if (joined == null) {
            goAlone();
            return;
        }
        synchronized (this) {
            if (cancelled != null) {
                return;
            }
            session = joined;
        }
        headers = SessionMetadata.encode(metadata);
        if (!joined.submit(this)) {
            goAlone();
        }
    }

    /** No session carries it, and none has: an ordinary call. */
    void goAlone() {
        Q request = message;
        ClientCall<Q, R> call;
        synchronized (this) {
            session = null;
            if (cancelled != null || request == null) {
                return;
            }
            call = channel.plain().newCall(method, options);
            plain = call;
        }
        // Without a lock: an in-process listener may call back.
        call.start(new Alone(listener()), metadata);
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
        Status early;
        synchronized (this) {
            early = cancelled;
        }
        if (early != null) {
            call.cancel(early.getDescription(), early.getCause());
        }
    }

    private final class Alone extends SimpleForwardingClientCallListener<R> {
        Alone(Listener<R> delegate) {
            super(delegate);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (over.compareAndSet(false, true)) {
                context.removeListener(contextCancelled);
                super.onClose(status, trailers);
            }
        }
    }

    private void contextCancelled(Context which) {
        Status status = Contexts.statusFromCancelled(which);
        cancel(status == null ? Status.CANCELLED : status);
    }

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {
        Status status = Status.CANCELLED.withCause(cause);
        cancel(why == null ? status.withDescription("Call cancelled without message") : status.withDescription(why));
    }

    private void cancel(Status status) {
        ClientCall<Q, R> alone;
        ClientSession joined;
        synchronized (this) {
            if (cancelled != null) {
                return;
            }
            cancelled = status;
            alone = plain;
            joined = session;
        }
        if (alone != null) {
            alone.cancel(status.getDescription(), status.getCause());
            return;
        }
        if (joined != null) {
            joined.forget(this);
        }
        if (listener != null) {
            end(status, NO_TRAILERS);
        }
    }

    @Override
    public Attributes getAttributes() {
        ClientCall<Q, R> alone;
        ClientSession joined;
        synchronized (this) {
            alone = plain;
            joined = session;
        }
        return alone != null ? alone.getAttributes() : joined != null ? joined.attributes() : Attributes.EMPTY;
    }

    // --- the session's side

    /** When the call is given up, by {@link System#nanoTime}; {@link Long#MAX_VALUE} from now if never. */
    long deadlineNanos(long nowNanos) {
        return nowNanos + leftNanos();
    }

    private long leftNanos() {
        return deadline == null ? ClientSession.NEVER_NANOS : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    }

    List<SessionHeader> headers() {
        return headers;
    }

    int payloadBytes() {
        return payload.size();
    }

    /** The call for a frame that is sent now, without its metadata. */
    SessionCall.Builder encode() {
        SessionCall.Builder call = SessionCall.newBuilder()
                .setId(id)
                .setMethod(method.getFullMethodName())
                .setPayload(payload);
        if (deadline != null) {
            call.setTimeoutNanos(Math.max(1, leftNanos()));
        }
        return call;
    }

    void answered(SessionAnswer answer, Metadata streamHeaders) {
        if (over.compareAndSet(false, true)) {
            context.removeListener(contextCancelled);
            tell(() -> deliver(answer, streamHeaders));
        }
    }

    private void deliver(SessionAnswer answer, Metadata streamHeaders) {
        Metadata trailers = new Metadata();
        SessionMetadata.decode(answer.getTrailersList(), trailers);
        Status status = Status.fromCodeValue(answer.getStatus());
        if (!answer.getMessage().isEmpty()) {
            status = status.withDescription(answer.getMessage());
        }
        Integer most = options.getMaxInboundMessageSize();
        if (most != null && answer.getPayload().size() > most) {
            status = Status.RESOURCE_EXHAUSTED.withDescription("The answer exceeds maximum size " + most + ": "
                    + answer.getPayload().size());
        }
        if (status.isOk()) {
            Metadata own = new Metadata();
            own.merge(streamHeaders);
            SessionMetadata.decode(answer.getHeadersList(), own);
            listener().onHeaders(own);
            R response;
            try {
                response = SessionPayload.decode(method.getResponseMarshaller(), answer.getPayload());
            } catch (StatusRuntimeException e) {
                listener().onClose(e.getStatus(), trailers);
                return;
            }
            listener().onMessage(response);
        }
        listener().onClose(status, trailers);
    }

    /** Ends the call unless it is over. */
    void end(Status status, Metadata trailers) {
        if (over.compareAndSet(false, true)) {
            context.removeListener(contextCancelled);
            tell(() -> listener().onClose(status, trailers));
        }
    }

    /** On the executor that the caller wants to be called on; without one, here. One task, so that order is kept. */
    private void tell(Runnable news) {
        Executor executor = options.getExecutor();
        if (executor == null) {
            context.run(news);
        } else {
            executor.execute(() -> context.run(news));
        }
    }

    private Listener<R> listener() {
        return listener == null ? new Listener<R>() {} : listener;
    }
}
