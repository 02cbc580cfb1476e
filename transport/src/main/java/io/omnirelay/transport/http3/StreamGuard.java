package io.omnirelay.transport.http3;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;

/**
 * Makes closing a stream mean what it means on HTTP/2: Netty ends a QUIC stream that is closed as if it were
 * complete; here, closing before the answer is complete resets it, and a reset by the caller closes it. Sits below
 * the HTTP/3 codec. Event loop.
 */
final class StreamGuard extends ChannelDuplexHandler {
    private final Runnable brokenOff;
    private boolean told;

    /** @param brokenOff run once if the stream ends before its answer is complete, whoever ends it */
    StreamGuard(Runnable brokenOff) {
        this.brokenOff = brokenOff;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        QuicStreamChannel stream = (QuicStreamChannel) ctx.channel();
        if (stream.isActive()) {
            boolean answered = stream.isOutputShutdown();
            if (!answered) {
                tell();
                stream.shutdownOutput(Http3ErrorCode.H3_INTERNAL_ERROR.code());
            }
            if (!stream.isInputShutdown()) {
                stream.shutdownInput((answered ? Http3ErrorCode.H3_NO_ERROR : Http3ErrorCode.H3_INTERNAL_ERROR).code());
            }
        }
        ctx.close(promise);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof QuicException) {
            // Netty's codec would keep it to itself.
            if (!((QuicStreamChannel) ctx.channel()).isOutputShutdown()) {
                tell();
            }
            close(ctx, ctx.newPromise());
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void tell() {
        if (!told) {
            told = true;
            brokenOff.run();
        }
    }
}
