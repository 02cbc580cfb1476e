package io.omnirelay.transport.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.omnirelay.transport.Problem;
import io.omnirelay.transport.TransportLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the requests of one HTTP/1.1 connection apart: pipelined ones wait until the one before is answered.
 * Decides when the connection closes, and guards its idle time and the time that a header may take.
 *
 * <p>What waits is bounded by one read buffer: reading pauses while anything waits.
 */
final class Http1Gate extends ChannelDuplexHandler {
    /** How long a caller may still send after the last answer, before the connection is cut. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final TransportLimits limits;
    private final Deque<Object> waiting = new ArrayDeque<>();

    private boolean answering;
    private boolean requestComplete = true;
    private boolean keepAlive;
    private boolean headerArriving;
    private boolean draining;
    private boolean delivering;
    private boolean closing;
    private @Nullable ScheduledFuture<?> timer;

    Http1Gate(TransportLimits limits) {
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        startTimer(ctx, limits.idleTimeout(), ctx::close);
    }

    /** Bytes have come in, not yet decoded. */
    void bytesArrived(ChannelHandlerContext ctx) {
        if (!answering && !headerArriving && !closing) {
            headerArriving = true;
            startTimer(ctx, limits.headerTimeout(), () -> headerTooLate(ctx));
        }
    }

    /** No further requests: closes now, or after the answer that is under way. Event loop only. */
    void drain(ChannelHandlerContext ctx) {
        draining = true;
        if (!answering) {
            ctx.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (closing) {
            ReferenceCountUtil.release(msg);
        } else if (answering && requestComplete) {
            waiting.add(msg);
            ctx.channel().config().setAutoRead(false);
        } else {
            deliver(ctx, msg);
        }
    }

    private void deliver(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof HttpRequest request) {
            stopTimer();
            headerArriving = false;
            answering = true;
            requestComplete = false;
            keepAlive = request.decoderResult().isSuccess()
                    && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                    && HttpUtil.isKeepAlive(request);
        }
        if (msg instanceof LastHttpContent last) {
            requestComplete = true;
            keepAlive &= last.decoderResult().isSuccess();
        }
        ctx.fireChannelRead(msg);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        boolean informational =
                msg instanceof HttpResponse response && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (msg instanceof HttpResponse response && !informational) {
            // A request whose rest nobody will read leaves no way to find the next one.
            keepAlive &= requestComplete && !draining;
            if (!keepAlive) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
        }
        if (msg instanceof LastHttpContent && !informational) {
            promise = promise.unvoid();
            promise.addListener(done -> answered(ctx));
        }
        ctx.write(msg, promise);
    }

    private void answered(ChannelHandlerContext ctx) {
        answering = false;
        if (!keepAlive) {
            linger(ctx);
            return;
        }
        if (delivering) {
            // The loop below, further up the stack, goes on: many tiny pipelined requests must not nest.
            return;
        }
        delivering = true;
        while (!waiting.isEmpty() && !(answering && requestComplete) && !closing) {
            deliver(ctx, waiting.remove());
        }
        delivering = false;
        if (waiting.isEmpty() && !closing) {
            ctx.channel().config().setAutoRead(true);
            if (!answering) {
                startTimer(ctx, limits.idleTimeout(), ctx::close);
            }
        }
    }

    private void headerTooLate(ChannelHandlerContext ctx) {
        Problem problem = RequestChecks.headerTooLate(limits);
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_TIMEOUT, Unpooled.wrappedBuffer(problem.toJson()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response);
        linger(ctx);
    }

    /**
     * Says goodbye and goes on reading, into nothing, for a moment: closing while the caller is still sending
     * would reset the connection and could destroy the answer before the caller has read it.
     */
    private void linger(ChannelHandlerContext ctx) {
        closing = true;
        releaseWaiting();
        ctx.channel().config().setAutoRead(true);
        SslHandler ssl = ctx.pipeline().get(SslHandler.class);
        if (ssl != null) {
            ssl.closeOutbound();
        }
        startTimer(ctx, LINGER, ctx::close);
    }

    private void startTimer(ChannelHandlerContext ctx, Duration delay, Runnable action) {
        stopTimer();
        timer = ctx.executor().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void releaseWaiting() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        stopTimer();
        releaseWaiting();
        ctx.fireChannelInactive();
    }
}
