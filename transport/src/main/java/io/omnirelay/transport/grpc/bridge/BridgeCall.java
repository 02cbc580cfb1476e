package io.omnirelay.transport.grpc.bridge;

import io.grpc.Attributes;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.grpc.wire.GrpcHeaders;
import io.omnirelay.transport.grpc.wire.GrpcStatus;
import io.omnirelay.transport.grpc.wire.GrpcTimeout;
import io.omnirelay.transport.grpc.wire.MessageReader;
import io.omnirelay.transport.grpc.wire.MessageWriter;
import io.omnirelay.transport.http.ConnectionInfo;
import io.omnirelay.transport.rest.SerialExecutor;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC stream in the shape of a grpc-java server call.
 *
 * <p>The listener's methods run one at a time on the server's executor, inside the call's context. The call ends
 * once: by {@link #close}, by its deadline, or because the caller has gone; the latter two cancel the context.
 * What the service may do wrong is answered as grpc-java's own server does.
 */
final class BridgeCall<Q, R> extends ServerCall<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeCall.class);

    /** Bytes that may wait for the transport before {@link #isReady} says no, unless the service sets them; grpc-java's own default. */
    private static final int READY_BYTES_DEFAULT = 32 << 10;

    private static final String GZIP = "gzip";

    private final GrpcStream stream;
    private final ServerMethodDefinition<Q, R> method;
    private final HttpHeaders requestHeaders;
    private final Attributes attributes;
    private final SerialExecutor serial;
    private final Context.CancellableContext context;
    private final @Nullable Decompressor decompressor;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicBoolean unready = new AtomicBoolean();
    private volatile boolean cancelled;
    private volatile int readyBytes = READY_BYTES_DEFAULT;
    /** What follows is the service's, one thread at a time. */
    private ServerCall.@Nullable Listener<Q> listener;

    private @Nullable Compressor compressor;
    private boolean compressMessages = true;
    private boolean headersSent;
    private boolean messageSent;

    /** @throws StatusRuntimeException if the header asks for what is not to be had */
    BridgeCall(GrpcStream stream, ServerMethodDefinition<Q, R> method, HttpHeaders requestHeaders, Executor executor) {
        this.stream = stream;
        this.method = method;
        this.requestHeaders = requestHeaders;
        this.serial = new SerialExecutor(executor);
        this.decompressor = decompressor(requestHeaders.get(GrpcHeaders.ENCODING));
        ConnectionInfo connection = stream.connection();
        Attributes.Builder builder = Attributes.newBuilder()
                .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, connection.remote())
                .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, connection.local())
                .set(NegotiatedTransport.KEY, stream.negotiated());
        if (connection.session() != null) {
            builder.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, connection.session());
        }
        this.attributes = builder.build();
        this.context = context(requestHeaders.get(GrpcHeaders.TIMEOUT));
    }

    private static @Nullable Decompressor decompressor(@Nullable String encoding) {
        if (encoding == null) {
            return null;
        }
        Decompressor found = DecompressorRegistry.getDefaultInstance().lookupDecompressor(encoding);
        if (found == null) {
            throw Status.UNIMPLEMENTED
                    .withDescription("Can't find decompressor for " + encoding)
                    .asRuntimeException();
        }
        return found == Codec.Identity.NONE ? null : found;
    }

    private Context.CancellableContext context(@Nullable String timeout) {
        if (timeout == null) {
            return Context.ROOT.withCancellation();
        }
        try {
            return Context.ROOT.withDeadline(
                    Deadline.after(GrpcTimeout.parse(timeout), TimeUnit.NANOSECONDS), stream.loop());
        } catch (IllegalArgumentException e) {
            throw Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException();
        }
    }

    /** Calls the method. @throws java.util.concurrent.RejectedExecutionException if the executor is full */
    void start() {
        context.addListener(this::contextCancelled, Runnable::run);
        Metadata headers = GrpcHeaders.read(requestHeaders);
        run(() -> {
            listener = method.getServerCallHandler().startCall(this, headers);
            if (!cancelled) {
                listener.onReady();
            }
        });
    }

    private void contextCancelled(Context ignored) {
        if (context.cancellationCause() instanceof TimeoutException) {
            abort(Status.DEADLINE_EXCEEDED.withDescription("The call was not answered before its deadline"));
        }
    }

    /** A whole message has been requested and has come. Event loop. */
    void message(MessageReader.Frame frame) {
        run(() -> {
            if (cancelled || closed.get()) {
                return;
            }
            Q request;
            try {
                request = method.getMethodDescriptor()
                        .parseRequest(stream.reader().open(frame, decompressor));
            } catch (StatusRuntimeException e) {
                abort(e.getStatus());
                return;
            }
            listener().onMessage(request);
        });
    }

    /** The caller sends no more. Event loop. */
    void halfClosed() {
        run(() -> {
            if (!cancelled) {
                listener().onHalfClose();
            }
        });
    }

    /** The stream is over. Event loop. */
    void ended(boolean answerDelivered) {
        if (answerDelivered && !cancelled) {
            context.cancel(null);
            run(() -> listener().onComplete());
        } else if (!cancelled) {
            cancelled = true;
            closed.set(true);
            context.cancel(new CancellationException("The caller has gone"));
            run(() -> listener().onCancel());
        }
    }

    /** Ends the call against the service's will: tells the caller why, and the service that it is over. */
    void abort(Status status) {
        abort(status, new Metadata());
    }

    void abort(Status status, Metadata trailers) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        cancelled = true;
        end(status, trailers);
        context.cancel(status.asRuntimeException());
        run(() -> listener().onCancel());
    }

    @Override
    public void request(int numMessages) {
        if (numMessages < 1) {
            throw new IllegalArgumentException("numMessages must be positive, is " + numMessages);
        }
        stream.request(numMessages);
    }

    @Override
    public void sendHeaders(Metadata metadata) {
        if (headersSent) {
            throw new IllegalStateException("sendHeaders has already been called");
        }
        headersSent = true;
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set("content-type", GrpcHeaders.CONTENT_TYPE);
        if (compressor != null && !accepted(compressor.getMessageEncoding())) {
            compressor = null;
        }
        if (compressor != null) {
            headers.set(GrpcHeaders.ENCODING, compressor.getMessageEncoding());
        }
        headers.set(GrpcHeaders.ACCEPT_ENCODING, GZIP);
        GrpcHeaders.write(metadata, headers::add);
        headers.set(NegotiatedTransport.HEADER, stream.negotiated().toString());
        stream.later(() -> stream.writeHeaders(headers));
    }

    private boolean accepted(String encoding) {
        return requestHeaders.getAll(GrpcHeaders.ACCEPT_ENCODING).stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .anyMatch(value -> value.strip().equals(encoding));
    }

    @Override
    public void sendMessage(R message) {
        if (!headersSent) {
            throw new IllegalStateException("sendHeaders has not been called");
        }
        if (closed.get()) {
            return;
        }
        if (messageSent && method.getMethodDescriptor().getType().serverSendsOneMessage()) {
            violated("Too many responses");
            return;
        }
        messageSent = true;
        byte[] frame = MessageWriter.frame(
                method.getMethodDescriptor().streamResponse(message), compressMessages ? compressor : null);
        if (pendingBytes.addAndGet(frame.length) >= readyBytes) {
            unready.set(true);
        }
        stream.later(() -> stream.writeMessage(frame, () -> {
            pendingBytes.addAndGet(-frame.length);
            tellReady();
        }));
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (closed.get()) {
            // Past its deadline, or its caller has gone: the service has only not noticed yet.
            return;
        }
        if (status.isOk()
                && !messageSent
                && method.getMethodDescriptor().getType().serverSendsOneMessage()) {
            violated("Completed without a response");
            return;
        }
        if (closed.compareAndSet(false, true)) {
            if (status.getCause() != null && status.getCode() == Status.Code.UNKNOWN) {
                LOG.error("{} failed unexpectedly", getMethodDescriptor().getFullMethodName(), status.getCause());
            }
            end(status, trailers);
        }
    }

    private void violated(String what) {
        LOG.error("{}: {}", getMethodDescriptor().getFullMethodName(), what);
        abort(Status.INTERNAL.withDescription(what));
    }

    private void end(Status status, Metadata metadata) {
        HttpHeaders fields = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        GrpcHeaders.write(metadata, fields::add);
        putStatus(fields, status);
        stream.later(() -> stream.writeEnd(HttpResponseStatus.OK, fields, status));
    }

    static void putStatus(HttpHeaders headers, Status status) {
        headers.set(GrpcHeaders.STATUS, status.getCode().value());
        if (status.getDescription() != null) {
            headers.set(GrpcHeaders.MESSAGE, GrpcStatus.encode(status.getDescription()));
        }
    }

    @Override
    public boolean isReady() {
        return !closed.get() && stream.isWritable() && pendingBytes.get() < readyBytes;
    }

    @Override
    public void setOnReadyThreshold(int numBytes) {
        if (numBytes <= 0) {
            throw new IllegalArgumentException("numBytes must be positive: " + numBytes);
        }
        readyBytes = numBytes;
    }

    /** Event loop. */
    void writabilityChanged() {
        if (!stream.isWritable()) {
            unready.set(true);
        }
        tellReady();
    }

    private void tellReady() {
        if (isReady() && unready.getAndSet(false)) {
            if (isReady()) {
                run(() -> listener().onReady());
            } else {
                unready.set(true);
            }
        }
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void setCompression(String name) {
        if (headersSent) {
            throw new IllegalStateException("sendHeaders has been called");
        }
        Compressor found = CompressorRegistry.getDefaultInstance().lookupCompressor(name);
        if (found == null) {
            throw new IllegalArgumentException("Unable to find compressor by name " + name);
        }
        compressor = found == Codec.Identity.NONE ? null : found;
    }

    @Override
    public void setMessageCompression(boolean enabled) {
        compressMessages = enabled;
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
        return requestHeaders.get("host");
    }

    @Override
    public SecurityLevel getSecurityLevel() {
        return stream.connection().session() == null ? SecurityLevel.NONE : SecurityLevel.PRIVACY_AND_INTEGRITY;
    }

    private ServerCall.Listener<Q> listener() {
        return listener == null ? new ServerCall.Listener<Q>() {} : listener;
    }

    private void run(Runnable task) {
        serial.execute(() -> {
            try {
                context.run(task);
            } catch (RuntimeException | Error e) {
                LOG.error("{} failed unexpectedly", getMethodDescriptor().getFullMethodName(), e);
                abort(Status.UNKNOWN.withDescription("Application error processing RPC"));
                if (e instanceof Error error && !(e instanceof AssertionError) && !(e instanceof LinkageError)) {
                    throw error;
                }
            }
        });
    }
}
