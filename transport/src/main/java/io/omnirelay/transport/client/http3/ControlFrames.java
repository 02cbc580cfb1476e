package io.omnirelay.transport.client.http3;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3GoAwayFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for the server's GOAWAY; the codec has done what the other frames ask for. Event loop. */
final class ControlFrames extends ChannelInboundHandlerAdapter {
    private final Supplier<@Nullable Connection> connection;

    ControlFrames(Supplier<@Nullable Connection> connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Connection current = connection.get();
        if (msg instanceof Http3GoAwayFrame goAway && current != null) {
            current.goAway(goAway.id());
        }
        ReferenceCountUtil.release(msg);
    }
}
