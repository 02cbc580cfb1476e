package io.omnirelay.transport.client.http3;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import io.omnirelay.transport.grpc.wire.GrpcHeaders;
import io.omnirelay.transport.grpc.wire.GrpcTimeout;
import io.omnirelay.transport.grpc.wire.LoopQueue;
import io.omnirelay.transport.grpc.wire.MessageReader;
import io.omnirelay.transport.grpc.wire.MessageWriter;
import io.omnirelay.transport.rest.SerialExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One call, over as many streams as it takes to find a server that looks at it.
 *
 * <p>What the caller sends is kept until the answer begins, at most {@value #REPLAY_BYTES_MAX} bytes, so that a
 * refused request can be repeated. What the server sends is read ahead of the caller's requests by at most
 * {@value #READ_AHEAD_BYTES} bytes and one message. The listener's methods run one at a time on the call's
 * executor, in the context of the caller.
 *
 * <p>Fields without a word are the event loop's.
 */
final class Http3ClientCall<Q, R> extends ClientCall<Q, R> {
    private static final int REPLAY_BYTES_MAX = 64 << 10;
    private static final int READ_AHEAD_BYTES = 64 << 10;
    private static final int READY_BYTES_DEFAULT = 32 << 10;
    private static final int REFUSALS_MAX = 5;

    private final Transport transport;
    private final ChannelSettings settings;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;
    private final Context context = Context.current();
    private final Context.CancellationListener contextCancelled = this::contextCancelled;
    private final SerialExecutor serial;
    private final LoopQueue queue;
    private final MessageReader reader;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicBoolean unready = new AtomicBoolean(true);
    private final int readyBytes;
    private final @Nullable Compressor compressor;
    private final @Nullable Deadline deadline;

    /** Set once by {@link #start}, before any callback. */
    private @Nullable Listener<R> listener;

    private volatile @Nullable ClientStream stream;
    private volatile boolean done;
    private volatile Attributes attributes = Attributes.EMPTY;
    private volatile boolean compressMessages = true;

    private Metadata headers = new Metadata();
    private @Nullable List<byte[]> replay = new ArrayList<>();
    private long replayBytes;
    /** Of the replay, those that a stream has had before. */
    private int framesWritten;

    private boolean halfClosed;
    private int refusals;
    private long requested;
    private @Nullable Decompressor decompressor;
    private @Nullable Status ending;
    private Metadata endingTrailers = new Metadata();
    private @Nullable ScheduledFuture<?> timer;

    Http3ClientCall(Transport transport, ChannelSettings settings, MethodDescriptor<Q, R> method, CallOptions options) {
        this.transport = transport;
        this.settings = settings;
        this.method = method;
        this.options = options;
        Executor executor = options.getExecutor();
        this.serial = new SerialExecutor(executor == null ? settings.executor() : executor);
        this.queue = new LoopQueue(transport.loop(), this::flush);
        Integer ready = options.getOnReadyThreshold();
        this.readyBytes = ready == null ? READY_BYTES_DEFAULT : ready;
        Integer largest = options.getMaxInboundMessageSize();
        this.reader = new MessageReader(largest == null ? settings.messageBytesMax() : largest);
        this.compressor = compressor(options.getCompressor());
        Deadline inherited = context.getDeadline();
        Deadline own = options.getDeadline();
        this.deadline = own == null ? inherited : inherited == null ? own : own.minimum(inherited);
    }

    private static @Nullable Compressor compressor(@Nullable String name) {
        if (name == null) {
            return null;
        }
        Compressor found = CompressorRegistry.getDefaultInstance().lookupCompressor(name);
        if (found == null) {
            throw new IllegalArgumentException("Unable to find compressor by name " + name);
        }
        return found == Codec.Identity.NONE ? null : found;
    }

    // --- the caller's side: any thread

    @Override
    public void start(Listener<R> responses, Metadata metadata) {
        if (listener != null) {
            throw new IllegalStateException("Already started");
        }
        listener = responses;
        Metadata own = new Metadata();
        own.merge(metadata);
        headers = own;
        context.addListener(contextCancelled, Runnable::run);
        if (options.getCredentials() == null) {
            queue.add(this::submit);
        } else {
            CredentialsStep.run(
                    options.getCredentials(),
                    method,
                    settings,
                    serial,
                    added -> {
                        own.merge(added);
                        queue.add(this::submit);
                    },
                    status -> queue.add(() -> fail(status)));
        }
    }

    private void contextCancelled(Context cancelledContext) {
        Status status = Contexts.statusFromCancelled(cancelledContext);
        cancelled.set(true);
        queue.add(() -> fail(status == null ? Status.CANCELLED : status));
    }

    @Override
    public void request(int numMessages) {
        if (numMessages < 0) {
            throw new IllegalArgumentException("numMessages must not be negative, is " + numMessages);
        }
        queue.add(() -> {
            requested += numMessages;
            deliver();
            readOn();
        });
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        Status status = Status.CANCELLED.withCause(cause);
        cancelled.set(true);
        queue.add(() -> fail(
                message == null && cause == null
                        ? status.withDescription("Call cancelled without message")
                        : message == null ? status : status.withDescription(message)));
    }

    @Override
    public void halfClose() {
        queue.add(() -> {
            halfClosed = true;
            ClientStream current = stream;
            if (current != null) {
                current.writeEnd();
            }
        });
    }

    @Override
    public void sendMessage(Q message) {
        if (cancelled.get() || done) {
            return;
        }
        byte[] frame;
        try {
            frame = MessageWriter.frame(method.streamRequest(message), compressMessages ? compressor : null);
        } catch (StatusRuntimeException e) {
            cancel("Failed to stream message", e);
            return;
        }
        if (pendingBytes.addAndGet(frame.length) >= readyBytes) {
            unready.set(true);
        }
        queue.add(() -> send(frame));
    }

    @Override
    public boolean isReady() {
        ClientStream current = stream;
        return !done && current != null && current.isWritable() && pendingBytes.get() < readyBytes;
    }

    @Override
    public void setMessageCompression(boolean enabled) {
        compressMessages = enabled;
    }

    /** Of the connection, with {@code NegotiatedTransport.KEY}; empty before there is one. */
    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    // --- the event loop

    boolean waitsForReady() {
        return options.isWaitForReady();
    }

    private void submit() {
        if (done) {
            return;
        }
        if (deadline != null) {
            long left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
            if (left <= 0) {
                fail(Status.DEADLINE_EXCEEDED.withDescription("ClientCall started after deadline exceeded"));
                return;
            }
            timer = transport
                    .loop()
                    .schedule(
                            () -> fail(Status.DEADLINE_EXCEEDED.withDescription(
                                    "The deadline passed after " + TimeUnit.NANOSECONDS.toMillis(left) + " ms")),
                            left,
                            TimeUnit.NANOSECONDS);
        }
        transport.submit(this);
    }

    ClientStream newStream(Connection connection) {
        return new ClientStream(this, connection);
    }

    /** A stream is there: everything so far goes out. */
    void opened(ClientStream opened) {
        if (done) {
            opened.cancel();
            return;
        }
        attributes = opened.attributes();
        opened.writeHeaders(head());
        if (replay != null) {
            for (int i = 0; i < replay.size(); i++) {
                write(opened, replay.get(i), i >= framesWritten);
            }
            framesWritten = replay.size();
        }
        stream = opened;
        forgetLongReplay();
        if (halfClosed) {
            opened.writeEnd();
        }
        opened.flush();
        opened.read();
        tellReady();
    }

    private void write(ClientStream to, byte[] frame, boolean firstTime) {
        to.writeMessage(frame, () -> {
            if (firstTime) {
                pendingBytes.addAndGet(-frame.length);
                tellReady();
            }
        });
    }

    private Http3Headers head() {
        Http3Headers head = new DefaultHttp3Headers()
                .method("POST")
                .scheme("https")
                .authority(options.getAuthority() == null ? settings.authority() : options.getAuthority())
                .path("/" + method.getFullMethodName());
        head.add("te", "trailers");
        head.add("content-type", GrpcHeaders.CONTENT_TYPE);
        head.add("user-agent", settings.userAgent());
        head.add(GrpcHeaders.ACCEPT_ENCODING, "gzip");
        if (compressor != null) {
            head.add(GrpcHeaders.ENCODING, compressor.getMessageEncoding());
        }
        if (deadline != null) {
            head.add(GrpcHeaders.TIMEOUT, GrpcTimeout.format(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
        }
        GrpcHeaders.write(headers, head::add);
        return head;
    }

    private void send(byte[] frame) {
        if (done) {
            pendingBytes.addAndGet(-frame.length);
            return;
        }
        if (replay != null) {
            replay.add(frame);
            replayBytes += frame.length;
        }
        ClientStream current = stream;
        if (current != null) {
            framesWritten++;
            forgetLongReplay();
            write(current, frame, true);
        }
    }

    private void forgetLongReplay() {
        if (replayBytes > REPLAY_BYTES_MAX) {
            replay = null;
        }
    }

    private void flush() {
        ClientStream current = stream;
        if (current != null && !done) {
            current.flush();
        }
    }

    /** The server has not looked at the request. */
    void refused(ClientStream refusing) {
        if (done) {
            return;
        }
        stream = null;
        unready.set(true);
        if (replay == null || ++refusals > REFUSALS_MAX) {
            fail(Status.UNAVAILABLE.withDescription("The server refuses requests"));
        } else {
            transport.resubmit(this);
        }
    }

    void headers(Metadata metadata, @Nullable String encoding) {
        if (encoding != null) {
            Decompressor found = DecompressorRegistry.getDefaultInstance().lookupDecompressor(encoding);
            if (found == null) {
                throw Status.INTERNAL
                        .withDescription("Can't find decompressor for " + encoding)
                        .asRuntimeException();
            }
            decompressor = found == Codec.Identity.NONE ? null : found;
        }
        // The answer has begun: the request will not be repeated.
        replay = null;
        callback(() -> listener().onHeaders(metadata));
    }

    void data(ByteBuf bytes) {
        if (!done) {
            reader.add(bytes);
            deliver();
        }
    }

    /** The server's own end of the call; what it sent before is delivered first. */
    void trailers(Status status, Metadata trailers) {
        replay = null;
        ending = reader.isPartial() && status.isOk()
                ? Status.INTERNAL.withDescription("The answer ends in the middle of a message")
                : status;
        endingTrailers = trailers;
        deliver();
    }

    boolean wantsMore() {
        return reader.wantsMore(READ_AHEAD_BYTES);
    }

    private void readOn() {
        ClientStream current = stream;
        if (current != null && !done && wantsMore()) {
            current.read();
        }
    }

    private void deliver() {
        while (!done && requested > 0 && reader.hasNext()) {
            requested--;
            MessageReader.Frame frame = reader.next();
            if (frame != null) {
                callback(() -> message(frame));
            }
        }
        Status status = ending;
        if (status != null && !reader.hasNext()) {
            finish(status, endingTrailers);
        }
    }

    private void message(MessageReader.Frame frame) {
        if (cancelled.get()) {
            return;
        }
        listener().onMessage(method.parseResponse(reader.open(frame, decompressor)));
    }

    void writabilityChanged(ClientStream changed) {
        if (!changed.isWritable()) {
            unready.set(true);
        }
        tellReady();
    }

    private void tellReady() {
        if (isReady() && unready.getAndSet(false)) {
            if (isReady()) {
                callback(() -> listener().onReady());
            } else {
                unready.set(true);
            }
        }
    }

    /** Ends the call from this side, at once. */
    void fail(Status status) {
        ClientStream current = stream;
        boolean first = !done;
        finish(status, new Metadata());
        if (first && current != null) {
            current.cancel();
        }
    }

    private void finish(Status status, Metadata trailers) {
        if (done) {
            return;
        }
        done = true;
        replay = null;
        if (timer != null) {
            timer.cancel(false);
        }
        context.removeListener(contextCancelled);
        transport.forget(this);
        Listener<R> last = listener;
        if (last != null) {
            serial.execute(() -> context.run(() -> last.onClose(status, trailers)));
        }
    }

    private Listener<R> listener() {
        return listener == null ? new Listener<R>() {} : listener;
    }

    /** A callback that throws is the end of the call. */
    private void callback(Runnable task) {
        serial.execute(() -> {
            try {
                context.run(task);
            } catch (StatusRuntimeException e) {
                queue.add(() -> fail(e.getStatus()));
            } catch (RuntimeException e) {
                queue.add(() -> fail(Status.CANCELLED
                        .withDescription("A callback has failed")
                        .withCause(e)));
            }
        });
    }
}
