package io.omnirelay.transport.http3;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a stream whose head does not come; leaves the pipeline when it has. Above the codec. Event loop. */
final class HeadTimeout extends ChannelInboundHandlerAdapter {
    private final Duration within;
    private @Nullable ScheduledFuture<?> timer;

    HeadTimeout(Duration within) {
        this.within = within;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timer = ctx.channel()
                .parent()
                .eventLoop()
                .schedule(() -> ctx.pipeline().close(), within.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ctx.fireChannelRead(msg);
        if (msg instanceof Http3HeadersFrame && !ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancel();
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
