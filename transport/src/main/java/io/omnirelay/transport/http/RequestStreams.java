package io.omnirelay.transport.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.omnirelay.transport.TransportLimits;
import java.util.function.Consumer;

/**
 * Makes the topmost handler of a request stream, the same for HTTP/2 and HTTP/3: gRPC where the head of the
 * request says so, else a whole exchange.
 *
 * <p>One for all listeners of a server, so that the bytes of all request bodies are bounded together.
 */
public final class RequestStreams {
    private final TransportLimits limits;
    private final ExchangeHandler exchanges;
    private final StreamProtocol streaming;
    private final BodyBudget budget;

    /** @param budget of the bodies of exchanges and of messages of gRPC together */
    public RequestStreams(
            TransportLimits limits, BodyBudget budget, ExchangeHandler exchanges, StreamProtocol streaming) {
        this.limits = limits;
        this.exchanges = exchanges;
        this.streaming = streaming;
        this.budget = budget;
    }

    /**
     * A handler for one stream.
     *
     * @param answeredEarly asks the caller to stop sending, after an answer that went out before its request was
     *     complete
     */
    public ChannelHandler handler(ConnectionInfo connection, Consumer<ChannelHandlerContext> answeredEarly) {
        return new Choice(connection, answeredEarly);
    }

    /** A handler for a whole connection of HTTP/1.1, which cannot carry gRPC. */
    ChannelHandler sequential(ConnectionInfo connection) {
        // The gate closes the connection itself.
        return new RequestAssembler(limits, budget, exchanges, connection, early -> {});
    }

    /** Waits for the head, then makes way. */
    private final class Choice extends ChannelInboundHandlerAdapter {
        private final ConnectionInfo connection;
        private final Consumer<ChannelHandlerContext> answeredEarly;

        Choice(ConnectionInfo connection, Consumer<ChannelHandlerContext> answeredEarly) {
            this.connection = connection;
            this.answeredEarly = answeredEarly;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ChannelHandler chosen;
            if (msg instanceof HttpRequest request && streaming.takes(request)) {
                chosen = streaming.handler(connection, answeredEarly);
                ctx.channel().config().setAutoRead(false);
            } else {
                chosen = new RequestAssembler(limits, budget, exchanges, connection, answeredEarly);
            }
            ChannelPipeline pipeline = ctx.pipeline();
            pipeline.addAfter(ctx.name(), null, chosen);
            ctx.fireChannelRead(msg);
            pipeline.remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // A stream that ends before it has begun: nobody is waiting for an answer.
            ctx.close();
        }
    }
}
