package io.omnirelay.transport.client.http3;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** First handler of a connection's socket: knows when the last packet came. Event loop. */
final class Liveness extends ChannelInboundHandlerAdapter {
    private final Runnable first;
    private long packets;
    private long lastNanos = System.nanoTime();

    /** @param first runs with the first packet */
    Liveness(Runnable first) {
        this.first = first;
    }

    /** Since the last packet, or since the beginning. */
    long silentNanos() {
        return System.nanoTime() - lastNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        lastNanos = System.nanoTime();
        if (packets++ == 0) {
            first.run();
        }
        ctx.fireChannelRead(msg);
    }
}
