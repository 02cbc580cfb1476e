package io.omnirelay.transport.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.omnirelay.transport.Problem;
import io.omnirelay.transport.TransportLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes exchanges of {@code HttpObject}s: one per stream of HTTP/2 (and, with its codec, HTTP/3), one after the
 * other on HTTP/1.1, where {@link Http1Gate} sees to it that they do not overlap.
 */
final class RequestAssembler extends ChannelInboundHandlerAdapter {
    private static final byte[] EMPTY = {};

    private final TransportLimits limits;
    private final BodyBudget budget;
    private final ExchangeHandler handler;
    private final ConnectionInfo connection;
    private final Consumer<ChannelHandlerContext> answeredEarly;

    private @Nullable NettyExchange exchange;
    private @Nullable ByteArrayOutputStream body;
    private @Nullable ScheduledFuture<?> bodyTimer;

    RequestAssembler(
            TransportLimits limits,
            BodyBudget budget,
            ExchangeHandler handler,
            ConnectionInfo connection,
            Consumer<ChannelHandlerContext> answeredEarly) {
        this.limits = limits;
        this.budget = budget;
        this.handler = handler;
        this.connection = connection;
        this.answeredEarly = answeredEarly;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        try {
            if (msg instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (msg instanceof HttpContent content) {
                content(content);
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        RequestHead head = new RequestHead(
                request.method().name(), RequestChecks.originForm(request.uri()), request.headers(), connection);
        NettyExchange started = new NettyExchange(ctx, head, limits, () -> answeredEarly.accept(ctx));
        exchange = started;
        Problem problem = RequestChecks.check(request, head, limits);
        if (problem != null) {
            handler.reject(started, problem);
            return;
        }
        body = new ByteArrayOutputStream((int) Math.min(64 << 10, Math.max(0, HttpUtil.getContentLength(request, 0L))));
        started.ended().thenRun(() -> budget.release(started.receivedBytes()));
        bodyTimer = ctx.executor()
                .schedule(() -> bodyTooLate(started), limits.bodyTimeout().toNanos(), TimeUnit.NANOSECONDS);
        if (request.headers().contains(HttpHeaderNames.EXPECT)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void content(HttpContent content) {
        ByteArrayOutputStream collected = body;
        NettyExchange current = exchange;
        if (collected == null || current == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            stop(
                    current,
                    RequestChecks.badRequest("The body is malformed: "
                            + RequestChecks.reason(content.decoderResult().cause())));
            return;
        }
        ByteBuf bytes = content.content();
        int length = bytes.readableBytes();
        if ((long) collected.size() + length > limits.requestBodyBytesMax()) {
            stop(current, RequestChecks.bodyTooLarge(limits));
            return;
        }
        if (current.ended().isDone()) {
            body = null;
            return;
        }
        if (!budget.tryAcquire(length)) {
            stop(current, RequestChecks.overloaded());
            return;
        }
        current.received(length);
        try {
            bytes.readBytes(collected, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (content instanceof LastHttpContent) {
            body = null;
            cancelTimer();
            current.complete(collected.size() == 0 ? EMPTY : collected.toByteArray());
            handler.handle(current);
        }
    }

    /** Answers now and takes no more of the request. */
    private void stop(NettyExchange current, Problem problem) {
        body = null;
        cancelTimer();
        handler.reject(current, problem);
    }

    private void bodyTooLate(NettyExchange current) {
        if (body != null && current == exchange) {
            stop(current, RequestChecks.bodyTooLate(limits));
        }
    }

    private void cancelTimer() {
        if (bodyTimer != null) {
            bodyTimer.cancel(false);
            bodyTimer = null;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null && ctx.channel().isWritable()) {
            exchange.becameWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelTimer();
        body = null;
        if (exchange != null) {
            exchange.gone();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset by the caller, or bytes that are no HTTP: the end of this stream, not of the server.
        ctx.close();
    }
}
