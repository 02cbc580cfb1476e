package io.omnirelay.transport.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.TransportLimits;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An exchange on a Netty pipeline of {@code HttpObject}s.
 *
 * <p>All writes happen on the channel's event loop in the order of the calls. Whoever does not take an answer
 * within the write timeout, or lets too much of a stream pile up, loses the stream: no answer waits for ever.
 */
final class NettyExchange implements Exchange {
    private enum State {
        OPEN,
        STARTED,
        ANSWERED
    }

    private final ChannelHandlerContext ctx;
    private final RequestHead head;
    private final TransportLimits limits;
    private final Runnable answeredEarly;
    private final long startNanos = System.nanoTime();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final AtomicLong sentBytes = new AtomicLong();
    /** Parts given to {@link #write} that the network has not taken. */
    private final AtomicLong unsentBytes = new AtomicLong();

    private volatile byte[] body = new byte[0];
    private volatile long receivedBytes;
    private volatile boolean requestComplete;
    private volatile Runnable writable = () -> {};
    /** Writes that the network has not taken yet, since when it took none, and the timer of that; event loop only. */
    private int pendingWrites;

    private long progressNanos;
    private @Nullable ScheduledFuture<?> watch;

    /** @param answeredEarly runs after an answer that went out before the request was complete */
    NettyExchange(ChannelHandlerContext ctx, RequestHead head, TransportLimits limits, Runnable answeredEarly) {
        this.ctx = ctx;
        this.head = head;
        this.limits = limits;
        this.answeredEarly = answeredEarly;
    }

    /** Event loop only. */
    void received(int bytes) {
        receivedBytes += bytes;
    }

    void complete(byte[] wholeBody) {
        body = wholeBody;
        requestComplete = true;
    }

    /** The caller has gone. */
    void gone() {
        state.set(State.ANSWERED);
        ended.complete(false);
    }

    void becameWritable() {
        writable.run();
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public long startNanos() {
        return startNanos;
    }

    @Override
    public long receivedBytes() {
        return receivedBytes;
    }

    @Override
    public long sentBytes() {
        return sentBytes.get();
    }

    @Override
    public void respond(int status, HttpHeaders headers, byte[] content) {
        if (!state.compareAndSet(State.OPEN, State.ANSWERED)) {
            return;
        }
        boolean bodyless = status == 204 || status == 304;
        boolean silent = bodyless || head.method().equals("HEAD");
        if (!bodyless) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        }
        ByteBuf buffer = silent ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(content);
        sentBytes.addAndGet(silent ? 0 : content.length);
        send(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        buffer,
                        headers,
                        DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders()),
                true);
    }

    @Override
    public void start(int status, HttpHeaders headers) {
        if (!state.compareAndSet(State.OPEN, State.STARTED)) {
            return;
        }
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), headers);
        if (head.connection().protocol() == Protocol.HTTP_1_1) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        send(response, false);
    }

    @Override
    public void write(byte[]... pieces) {
        ByteBuf part = Unpooled.wrappedBuffer(pieces.length, pieces);
        int bytes = part.readableBytes();
        if (state.get() != State.STARTED || bytes == 0 || head.method().equals("HEAD")) {
            return;
        }
        if (unsentBytes.addAndGet(bytes) > limits.unsentBytesMax()) {
            abort();
            return;
        }
        sentBytes.addAndGet(bytes);
        send(new DefaultHttpContent(part), false);
    }

    @Override
    public void finish() {
        if (state.compareAndSet(State.STARTED, State.ANSWERED)) {
            send(new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER), true);
        }
    }

    @Override
    public void abort() {
        state.set(State.ANSWERED);
        if (ended.complete(false)) {
            ctx.close();
        }
    }

    @Override
    public boolean isWritable() {
        return ctx.channel().isWritable();
    }

    @Override
    public void onWritable(Runnable callback) {
        writable = callback;
    }

    @Override
    public CompletableFuture<Boolean> ended() {
        return ended;
    }

    @Override
    public ScheduledExecutorService timer() {
        return ctx.executor();
    }

    private void send(HttpObject object, boolean last) {
        if (ctx.executor().inEventLoop()) {
            sendNow(object, last);
        } else {
            ctx.executor().execute(() -> sendNow(object, last));
        }
    }

    private void sendNow(HttpObject object, boolean last) {
        if (ended.isDone()) {
            ReferenceCountUtil.release(object);
            return;
        }
        // Counted by write() only: an answer in one piece is as large as it is.
        int part = object instanceof DefaultHttpContent content && !last
                ? content.content().readableBytes()
                : 0;
        ChannelFuture written = ctx.writeAndFlush(object);
        if (written.isDone()) {
            written(written, part, last);
            return;
        }
        if (pendingWrites++ == 0) {
            progressNanos = System.nanoTime();
            watch(limits.writeTimeout().toNanos());
        }
        written.addListener(done -> {
            progressNanos = System.nanoTime();
            if (--pendingWrites == 0 && watch != null) {
                watch.cancel(false);
            }
            written(written, part, last);
        });
    }

    private void written(ChannelFuture write, int part, boolean last) {
        unsentBytes.addAndGet(-part);
        if (!write.isSuccess()) {
            abort();
        } else if (last) {
            ended.complete(true);
            if (!requestComplete) {
                answeredEarly.run();
            }
        }
    }

    private void watch(long delayNanos) {
        watch = ctx.executor().schedule(this::checkProgress, delayNanos, TimeUnit.NANOSECONDS);
    }

    /** Gives up on a caller that has taken nothing for the whole write timeout. */
    private void checkProgress() {
        if (pendingWrites == 0) {
            return;
        }
        long left = limits.writeTimeout().toNanos() - (System.nanoTime() - progressNanos);
        if (left <= 0) {
            abort();
        } else {
            watch(left);
        }
    }
}
