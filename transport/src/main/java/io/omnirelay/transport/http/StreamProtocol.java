package io.omnirelay.transport.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import java.util.function.Consumer;

/** A protocol that takes request streams as they flow, instead of as whole exchanges: gRPC. Thread: any. */
public interface StreamProtocol {
    /** True if the request speaks this protocol. */
    boolean takes(HttpRequest request);

    /**
     * A handler for one stream of {@code HttpObject}s, on a channel of its own that does not read by itself.
     *
     * @param answeredEarly to be called after an answer that went out before the request was complete
     */
    ChannelHandler handler(ConnectionInfo connection, Consumer<ChannelHandlerContext> answeredEarly);
}
