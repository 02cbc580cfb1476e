package io.omnirelay.transport.rest;

import com.google.protobuf.Message;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail.Applied;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.http.ConnectionInfo;
import io.omnirelay.transport.http.Exchange;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP exchange in the shape of a grpc-java server call: the method's own handler, with all its
 * interceptors, runs as it does over gRPC.
 *
 * <p>The listener's methods run one at a time on the server's executor, inside the call's context. The call ends
 * once: by {@link #close}, by its deadline, or because the caller has gone; the latter two cancel the context.
 */
final class RestCall<Q, R> extends ServerCall<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(RestCall.class);

    private final HttpRuleBinding binding;
    private final ServerMethodDefinition<Q, R> method;
    private final Exchange exchange;
    private final List<String> variables;
    private final Encoding bodyEncoding;
    private final RestReply reply;
    private final Attributes attributes;
    private final SerialExecutor serial;
    private final Context.CancellableContext context;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile boolean cancelled;
    private volatile boolean delivered;
    /** Set by the first task of {@link #serial}, read by later ones. */
    private ServerCall.@Nullable Listener<Q> listener;

    RestCall(
            HttpRuleBinding binding,
            ServerMethodDefinition<Q, R> method,
            Exchange exchange,
            List<String> variables,
            Encoding bodyEncoding,
            NegotiatedTransport negotiated,
            RestReply reply,
            @Nullable Deadline deadline,
            Executor executor) {
        this.binding = binding;
        this.method = method;
        this.exchange = exchange;
        this.variables = variables;
        this.bodyEncoding = bodyEncoding;
        this.reply = reply;
        this.serial = new SerialExecutor(executor);
        ConnectionInfo connection = exchange.head().connection();
        Attributes.Builder builder = Attributes.newBuilder()
                .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, connection.remote())
                .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, connection.local())
                .set(NegotiatedTransport.KEY, negotiated);
        if (connection.session() != null) {
            builder.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, connection.session());
        }
        this.attributes = builder.build();
        this.context = deadline == null
                ? Context.ROOT.withCancellation()
                : Context.ROOT.withDeadline(deadline, exchange.timer());
    }

    /** Calls the method. @throws java.util.concurrent.RejectedExecutionException if the executor is full */
    void start() {
        context.addListener(this::contextCancelled, Runnable::run);
        exchange.ended().thenAccept(this::exchangeEnded);
        Metadata metadata = CallHeaders.metadata(exchange.head().headers());
        run(() -> {
            listener = method.getServerCallHandler().startCall(this, metadata);
            exchange.onWritable(() -> run(() -> listener().onReady()));
            if (!cancelled) {
                listener.onReady();
            }
        });
    }

    private void contextCancelled(Context ignored) {
        if (!(context.cancellationCause() instanceof TimeoutException) || !closed.compareAndSet(false, true)) {
            return;
        }
        cancelled = true;
        // What was never handed to the service has changed nothing.
        Applied applied = delivered ? Applied.APPLIED_UNKNOWN : Applied.APPLIED_NO;
        reply.fail(
                Status.DEADLINE_EXCEEDED,
                new RegistryException(RegistryException.detail(
                                ErrorCode.DEADLINE_EXCEEDED,
                                "The request was not answered before its deadline",
                                "Ask for more time with header " + CallHeaders.TIMEOUT)
                        .setApplied(applied)
                        .build()),
                null);
        run(() -> listener().onCancel());
    }

    private void exchangeEnded(boolean wholeAnswer) {
        if (!wholeAnswer && closed.compareAndSet(false, true)) {
            reply.gone();
        }
        if (wholeAnswer) {
            context.cancel(null);
            if (!cancelled) {
                run(() -> listener().onComplete());
            }
        } else if (!cancelled) {
            cancelled = true;
            context.cancel(new CancellationException("The caller has gone"));
            run(() -> listener().onCancel());
        }
    }

    @Override
    public void request(int numMessages) {
        if (requested.compareAndSet(false, true)) {
            run(this::deliver);
        }
    }

    @SuppressWarnings("unchecked") // The binding's prototype is of the method's own request type.
    private void deliver() {
        if (cancelled || closed.get()) {
            return;
        }
        Message request;
        try {
            request = binding.request(variables, exchange.head(), exchange.body(), bodyEncoding);
        } catch (RegistryException e) {
            failAndCancel(e);
            return;
        }
        delivered = true;
        listener().onMessage((Q) request);
        if (!cancelled) {
            listener().onHalfClose();
        }
    }

    /** Ends the call from this side, against the listener's will. */
    private void failAndCancel(RegistryException error) {
        if (closed.compareAndSet(false, true)) {
            cancelled = true;
            Status status = Errors.toGrpc(error).getStatus();
            reply.fail(status, error, null);
            context.cancel(error);
            run(() -> listener().onCancel());
        }
    }

    @Override
    public void sendHeaders(Metadata headers) {
        reply.headers(headers);
    }

    @Override
    public void sendMessage(R message) {
        if (!closed.get()) {
            reply.message(message);
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (status.isOk()) {
            reply.succeed(trailers);
        } else {
            if (status.getCause() != null && status.getCode() == Status.Code.UNKNOWN) {
                LOG.error("{} failed unexpectedly", getMethodDescriptor().getFullMethodName(), status.getCause());
            }
            reply.fail(status, Errors.of(status, trailers), trailers);
        }
    }

    @Override
    public boolean isReady() {
        return !closed.get() && exchange.isWritable();
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
        return attributes;
    }

    @Override
    public @Nullable String getAuthority() {
        return exchange.head().headers().get("host");
    }

    @Override
    public SecurityLevel getSecurityLevel() {
        return exchange.head().connection().session() == null
                ? SecurityLevel.NONE
                : SecurityLevel.PRIVACY_AND_INTEGRITY;
    }

    private ServerCall.Listener<Q> listener() {
        return listener == null ? new ServerCall.Listener<Q>() {} : listener;
    }

    private void run(Runnable task) {
        serial.execute(() -> {
            try {
                context.run(task);
            } catch (RuntimeException | Error e) {
                if (cancelled) {
                    // A service that goes on after its caller has gone is told so by an exception.
                    LOG.debug("{} failed after its end", getMethodDescriptor().getFullMethodName(), e);
                } else {
                    LOG.error("{} failed unexpectedly", getMethodDescriptor().getFullMethodName(), e);
                }
                failAndCancel(Errors.of(e));
                if (e instanceof Error error && !(e instanceof AssertionError) && !(e instanceof LinkageError)) {
                    throw error;
                }
            }
        });
    }

    /** The deadline of a call. */
    static Deadline deadline(long nanos) {
        return Deadline.after(nanos, TimeUnit.NANOSECONDS);
    }
}
