package io.omnirelay.transport.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.tls.TlsFailures;

/**
 * Tells of failed handshakes on connections whose pipeline is grpc-java's own. Sits on the listening channel, and puts
 * itself before everything on the accepted ones, until their first bytes come.
 */
@Sharable
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private final ChannelInboundHandlerAdapter watch = new Accepted();
    private final TransportEvents events;

    HandshakeWatch(TransportEvents events) {
        this.events = events;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ((Channel) msg).pipeline().addLast(watch);
        ctx.fireChannelRead(msg);
    }

    @Sharable
    private final class Accepted extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            SslHandler ssl = ctx.pipeline().get(SslHandler.class);
            if (ssl != null) {
                ssl.handshakeFuture().addListener(done -> {
                    if (!done.isSuccess()) {
                        events.connectionRefused(
                                ctx.channel().remoteAddress(),
                                TlsFailures.refusal(done.cause()),
                                TlsFailures.detail(done.cause()));
                    }
                });
                ctx.pipeline().remove(this);
            }
            ctx.fireChannelRead(msg);
        }
    }
}
