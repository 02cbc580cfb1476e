package io.omnirelay.transport.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import org.jspecify.annotations.Nullable;

/**
 * Tells callers on TCP that HTTP/3 is to be had, with header {@code alt-svc} on every final response (RFC 7838).
 * Silent until {@link #advertise}, and again after {@link #withdraw}. Thread: any.
 */
@Sharable
public final class AltSvc extends ChannelOutboundHandlerAdapter {
    private static final String HEADER = "alt-svc";

    /** How long callers may remember it: a day, as a server that loses HTTP/3 costs them one failed attempt. */
    private static final int MAX_AGE_S = 86_400;

    private volatile @Nullable String value;

    /** From now on, names the UDP port. */
    public void advertise(int port) {
        value = "h3=\":" + port + "\"; ma=" + MAX_AGE_S;
    }

    /** From now on, says nothing. */
    public void withdraw() {
        value = null;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        String current = value;
        if (current != null
                && msg instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            response.headers().set(HEADER, current);
        }
        ctx.write(msg, promise);
    }
}
