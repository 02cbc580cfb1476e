package io.omnirelay.transport.session;

import com.google.protobuf.ByteString;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.omnirelay.session.v1.SessionAnswer;
import io.omnirelay.session.v1.SessionCall;
import io.omnirelay.session.v1.SessionHeader;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.TransportEvents.RequestSummary;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a session in the shape of a grpc-java server call, with the attributes of the session's stream.
 *
 * <p>The whole call is one task on the server's executor: message and half-close follow at once. It ends once: by
 * {@link #close}, by its deadline, or because the caller does not want it any more; the latter two cancel the context. What
 * the service may do wrong is answered as grpc-java's own server does.
 */
final class InnerCall<Q, R> extends ServerCall<Q, R> implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(InnerCall.class);

    private final ServerSession session;
    private final ServerMethodDefinition<Q, R> method;
    private final SessionCall call;
    private final List<SessionHeader> shared;
    private final long startNanos = System.nanoTime();
    private final Context.CancellableContext context;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean cancelled;
    private List<SessionHeader> headers = List.of();
    private boolean headersSent;
    private @Nullable ByteString payload;

    /** Guarded by this: the listener is told of the end when the task is over, or by whoever ends the call then. */
    private ServerCall.@Nullable Listener<Q> idle;

    private boolean ended;

    /** @param shared metadata of the frame */
    InnerCall(
            ServerSession session, ServerMethodDefinition<Q, R> method, SessionCall call, List<SessionHeader> shared) {
        this.session = session;
        this.method = method;
        this.call = call;
        this.shared = shared;
        this.context = call.getTimeoutNanos() <= 0
                ? Context.ROOT.withCancellation()
                : Context.ROOT.withDeadline(
                        Deadline.after(call.getTimeoutNanos(), TimeUnit.NANOSECONDS),
                        session.service().deadlines());
    }

    /** From here on the deadline ends the call; before it is known to the session, it must not. */
    void arm() {
        context.addListener(this::contextCancelled, Runnable::run);
    }

    /** An answer without a message. */
    static SessionAnswer answer(long id, Status status, @Nullable Metadata trailers) {
        SessionAnswer.Builder answer =
                SessionAnswer.newBuilder().setId(id).setStatus(status.getCode().value());
        if (status.getDescription() != null) {
            answer.setMessage(status.getDescription());
        }
        if (trailers != null) {
            answer.addAllTrailers(SessionMetadata.encode(trailers));
        }
        return answer.build();
    }

    long id() {
        return call.getId();
    }

    @Override
    public void run() {
        Metadata metadata = new Metadata();
        SessionMetadata.decode(shared, metadata);
        SessionMetadata.decode(call.getHeadersList(), metadata);
        ServerCall.Listener<Q> listener = null;
        Context before = context.attach();
        try {
            listener = method.getServerCallHandler().startCall(this, metadata);
            if (!closed.get()) {
                Q request =
                        SessionPayload.decode(method.getMethodDescriptor().getRequestMarshaller(), call.getPayload());
                listener.onMessage(request);
                listener.onHalfClose();
            }
        } catch (StatusRuntimeException e) {
            abort(e.getStatus());
        } catch (RuntimeException | Error e) {
            LOG.error("{} failed unexpectedly", getMethodDescriptor().getFullMethodName(), e);
            abort(Status.UNKNOWN.withDescription("Application error processing RPC"));
            if (e instanceof Error error && !(e instanceof AssertionError) && !(e instanceof LinkageError)) {
                throw error;
            }
        } finally {
            if (listener != null) {
                idle(listener);
            }
            context.detach(before);
        }
    }

    /** The task is over; the answer may still be to come. */
    private void idle(ServerCall.Listener<Q> listener) {
        synchronized (this) {
            idle = listener;
            if (!ended) {
                return;
            }
        }
        tell(listener);
    }

    /** The call is over; the task may not be. */
    private void ended() {
        ServerCall.Listener<Q> listener;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            listener = idle;
        }
        if (listener != null) {
            tell(listener);
        }
    }

    private void tell(ServerCall.Listener<Q> listener) {
        try {
            if (cancelled) {
                listener.onCancel();
            } else {
                listener.onComplete();
            }
        } catch (RuntimeException e) {
            LOG.error("{} failed at its end", getMethodDescriptor().getFullMethodName(), e);
        }
    }

    private void contextCancelled(Context ignored) {
        if (context.cancellationCause() instanceof TimeoutException) {
            abort(Status.DEADLINE_EXCEEDED.withDescription("The call was not answered before its deadline"));
        }
    }

    /** Nobody waits for the answer. */
    void cancelledByCaller() {
        if (closed.compareAndSet(false, true)) {
            cancelled = true;
            answered(answer(id(), Status.CANCELLED, null), Status.CANCELLED);
            context.cancel(new CancellationException("The caller has gone"));
            ended();
        }
    }

    /** It was not even started. */
    void refuse(Status status) {
        abort(status);
    }

    /** Ends the call against the service's will: tells the caller why, and the service that it is over. */
    private void abort(Status status) {
        if (closed.compareAndSet(false, true)) {
            cancelled = true;
            answered(answer(id(), status, null), status);
            context.cancel(status.asRuntimeException());
            ended();
        }
    }

    @Override
    public void request(int numMessages) {
        // The one message follows by itself.
    }

    @Override
    public void sendHeaders(Metadata metadata) {
        if (headersSent) {
            throw new IllegalStateException("sendHeaders has already been called");
        }
        headersSent = true;
        headers = SessionMetadata.encode(metadata);
    }

    @Override
    public void sendMessage(R message) {
        if (!headersSent) {
            throw new IllegalStateException("sendHeaders has not been called");
        }
        if (closed.get()) {
            return;
        }
        if (payload != null) {
            violated("Too many responses");
            return;
        }
        payload = SessionPayload.encode(method.getMethodDescriptor().getResponseMarshaller(), message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (closed.get()) {
            // Past its deadline, or its caller has gone: the service has only not noticed yet.
            return;
        }
        if (status.isOk() && payload == null) {
            violated("Completed without a response");
            return;
        }
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (status.getCause() != null && status.getCode() == Status.Code.UNKNOWN) {
            LOG.error("{} failed unexpectedly", getMethodDescriptor().getFullMethodName(), status.getCause());
        }
        SessionAnswer.Builder answer =
                answer(id(), status, trailers).toBuilder().addAllHeaders(headers);
        if (status.isOk() && payload != null) {
            answer.setPayload(payload);
        }
        answered(answer.build(), status);
        context.cancel(null);
        ended();
    }

    private void violated(String what) {
        LOG.error("{}: {}", getMethodDescriptor().getFullMethodName(), what);
        abort(Status.INTERNAL.withDescription(what));
    }

    private void answered(SessionAnswer answer, Status status) {
        session.answer(this, answer);
        NegotiatedTransport transport = getAttributes().get(NegotiatedTransport.KEY);
        session.service()
                .events()
                .requestFinished(new RequestSummary(
                        getMethodDescriptor().getFullMethodName(),
                        transport == null ? NegotiatedTransport.GRPC : transport,
                        status.getCode().value(),
                        0,
                        System.nanoTime() - startNanos,
                        call.getPayload().size(),
                        answer.getPayload().size()));
    }

    @Override
    public boolean isReady() {
        return !closed.get();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
        return method.getMethodDescriptor();
    }

    @Override
    public Attributes getAttributes() {
        return session.stream().getAttributes();
    }

    @Override
    public @Nullable String getAuthority() {
        return session.stream().getAuthority();
    }

    @Override
    public SecurityLevel getSecurityLevel() {
        return session.stream().getSecurityLevel();
    }
}
