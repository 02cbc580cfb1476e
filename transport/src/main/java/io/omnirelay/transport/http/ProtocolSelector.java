package io.omnirelay.transport.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.AttributeKey;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.tls.TlsFailures;
import java.util.concurrent.TimeUnit;

/** Builds the pipeline of the protocol that TLS has negotiated; everything above it is the same for all. */
final class ProtocolSelector extends ApplicationProtocolNegotiationHandler {
    /** Ends a connection after what it is doing; on its channel, for its event loop. */
    static final AttributeKey<Runnable> DRAIN = AttributeKey.valueOf(ProtocolSelector.class, "drain");

    /** Bytes that one stream may send ahead of our reading. */
    private static final int STREAM_WINDOW_BYTES = 256 << 10;

    private final TransportLimits limits;
    private final TransportEvents events;
    private final RequestStreams streams;
    private final AltSvc altSvc;

    ProtocolSelector(TransportLimits limits, TransportEvents events, RequestStreams streams, AltSvc altSvc) {
        super(ApplicationProtocolNames.HTTP_1_1);
        this.limits = limits;
        this.events = events;
        this.streams = streams;
        this.altSvc = altSvc;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String negotiated) {
        Protocol protocol = negotiated.equals(ApplicationProtocolNames.HTTP_2) ? Protocol.HTTP_2 : Protocol.HTTP_1_1;
        Channel channel = ctx.channel();
        ConnectionInfo info = new ConnectionInfo(
                protocol,
                channel.remoteAddress(),
                channel.localAddress(),
                ctx.pipeline().get(SslHandler.class).engine().getSession());
        events.connectionOpened(protocol, info.remote());
        channel.closeFuture().addListener(closed -> events.connectionClosed(protocol, info.remote()));
        if (protocol == Protocol.HTTP_2) {
            http2(channel, info);
        } else {
            http1(channel, info);
        }
    }

    private void http1(Channel channel, ConnectionInfo info) {
        Http1Gate gate = new Http1Gate(limits);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        gate.bytesArrived(pipeline.context(gate));
                        ctx.fireChannelRead(msg);
                    }
                },
                new Http1Decoder(limits),
                new HttpResponseEncoder(),
                gate,
                altSvc,
                streams.sequential(info));
        channel.attr(DRAIN).set(() -> gate.drain(pipeline.context(gate)));
    }

    private void http2(Channel channel, ConnectionInfo info) {
        Http2FrameCodec codec = Http2Floods.guard(Http2FrameCodecBuilder.forServer())
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(limits.streamsPerConnectionMax())
                        // Twice the limit, as on HTTP/3, so that what is somewhat over it gets a problem to read.
                        .maxHeaderListSize(2L * limits.headerBytesMax())
                        .initialWindowSize(STREAM_WINDOW_BYTES))
                // Long enough for every answer: the server's own shutdown deadline cuts earlier.
                .gracefulShutdownTimeoutMillis(limits.requestTimeoutMax().toMillis())
                .build();
        channel.pipeline()
                .addLast(
                        new IdleStateHandler(0, 0, limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS),
                        codec,
                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline()
                                        .addLast(
                                                new Http2StreamFrameToHttpObjectCodec(true),
                                                altSvc,
                                                streams.handler(info, ProtocolSelector::stopUpload));
                            }
                        }),
                        new Http2Idle(codec));
        channel.attr(DRAIN).set(channel::close);
    }

    /** Asks the caller, after an early answer, to stop sending without calling it an error. */
    private static void stopUpload(ChannelHandlerContext stream) {
        stream.pipeline().firstContext().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            events.connectionRefused(
                    ctx.channel().remoteAddress(),
                    TlsFailures.refusal(handshake.cause()),
                    TlsFailures.detail(handshake.cause()));
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // No TLS, or an aborted one: nothing that a log could help with; the event has told of it.
        ctx.close();
    }
}
