package io.omnirelay.transport.http3;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CoalescingBufferQueue;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is written to a QUIC stream until it is flushed, because Netty sends a datagram for every single
 * write: head, message and end leave together. First in a stream's pipeline. Event loop.
 */
public final class WriteCoalescer extends ChannelOutboundHandlerAdapter {
    private @Nullable CoalescingBufferQueue queue;
    private boolean end;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        queue = new CoalescingBufferQueue(ctx.channel());
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof ByteBuf buffer && queue != null) {
            queue.add(buffer, promise);
        } else {
            // Whatever it is, it must not overtake what came before it.
            writeQueued(ctx);
            ctx.write(msg, promise);
        }
    }

    /**
     * Ends the stream after what has been written, with the next flush. Unlike {@code shutdownOutput()}, which
     * may overtake data that still waits for flow control.
     */
    public void end() {
        end = true;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        writeQueued(ctx);
        ctx.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (queue != null && !queue.isEmpty()) {
            queue.releaseAndFailAll(ctx, new ClosedChannelException());
        }
    }

    private void writeQueued(ChannelHandlerContext ctx) {
        CoalescingBufferQueue current = queue;
        if (current == null || (current.isEmpty() && !end)) {
            return;
        }
        ChannelPromise all = ctx.newPromise();
        ByteBuf bytes = current.isEmpty() ? Unpooled.EMPTY_BUFFER : current.remove(current.readableBytes(), all);
        ctx.write(end ? new DefaultQuicStreamFrame(bytes, true) : bytes, all);
        end = false;
    }
}
