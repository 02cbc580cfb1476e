package io.omnirelay.transport.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.omnirelay.transport.Refusal;
import io.omnirelay.transport.TransportEvents;
import java.util.concurrent.atomic.AtomicInteger;

/** Closes connections beyond a number as they are accepted; sits on the listening channel. */
@Sharable
public final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private final int max;
    private final TransportEvents events;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(int max, TransportEvents events) {
        this.max = max;
        this.events = events;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel accepted = (Channel) msg;
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            events.connectionRefused(
                    accepted.remoteAddress(), Refusal.TOO_MANY, "more than " + max + " connections (connectionsMax)");
            accepted.unsafe().closeForcibly();
            return;
        }
        accepted.closeFuture().addListener(closed -> open.decrementAndGet());
        ctx.fireChannelRead(msg);
    }
}
