package io.omnirelay.transport.http3;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3FrameToHttpObjectCodec;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.omnirelay.transport.BindFailedException;
import io.omnirelay.transport.Refusal;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.http.EventLoops;
import io.omnirelay.transport.http.RequestStreams;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The UDP side of HTTPS: HTTP/3 over QUIC version 1, on one socket.
 *
 * <p>Every caller's address is validated by a Retry packet before a connection is made; 0-RTT is off.
 */
public final class Http3Listener {
    private static final int SOCKET_BUFFER_BYTES = 2 << 20;

    /** How long a caller may go on sending after its answer, before the rest of its request is refused. */
    private static final Duration EARLY_ANSWER_LINGER = Duration.ofSeconds(2);

    private final TransportLimits limits;
    private final Http3Options options;
    private final TransportEvents events;
    private final RequestStreams streams;
    private final Map<QuicChannel, ServerConnection> connections = new ConcurrentHashMap<>();
    private volatile boolean draining;
    private @Nullable Channel socket;

    private Http3Listener(
            TransportLimits limits, Http3Options options, TransportEvents events, RequestStreams streams) {
        this.limits = limits;
        this.options = options;
        this.events = events;
        this.streams = streams;
    }

    /** Why QUIC cannot be had on this machine; null if it can. */
    public static @Nullable String unavailability() {
        if (Quic.isAvailable()) {
            return null;
        }
        Throwable cause = Quic.unavailabilityCause();
        return "the native QUIC library does not load: " + (cause == null ? "unknown reason" : cause.getMessage());
    }

    /**
     * Listens.
     *
     * @param port not 0: the number of the TCP port
     * @param tls  asked for each connection
     * @throws BindFailedException if the address cannot be had
     */
    public static Http3Listener start(
            EventLoops loops,
            String host,
            int port,
            Supplier<QuicSslContext> tls,
            TransportLimits limits,
            Http3Options options,
            TransportEvents events,
            RequestStreams streams)
            throws BindFailedException {
        Http3Listener listener = new Http3Listener(limits, options, events, streams);
        ChannelFuture bound = new Bootstrap()
                .group(loops.workers())
                .channel(loops.datagramType())
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .handler(listener.codec(tls))
                .bind(host, port)
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new BindFailedException("http3", host, port, failure);
        }
        listener.socket = bound.channel();
        return listener;
    }

    private ChannelHandler codec(Supplier<QuicSslContext> tls) {
        return Http3.newQuicServerCodecBuilder()
                .sslEngineProvider(channel -> tls.get().newEngine(channel.alloc()))
                .tokenHandler(new RetryTokens(
                        Duration.ofSeconds(options.retryTokenSeconds()), () -> System.currentTimeMillis() / 1000))
                .maxIdleTimeout(limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .initialMaxData(options.connectionWindowBytes())
                .initialMaxStreamDataBidirectionalRemote(options.streamWindowBytes())
                .initialMaxStreamDataBidirectionalLocal(options.streamWindowBytes())
                .initialMaxStreamDataUnidirectional(options.streamWindowBytes())
                .initialMaxStreamsBidirectional(limits.streamsPerConnectionMax())
                // Control, and two of QPACK, which we do not use but must not refuse; one for the unknown.
                .initialMaxStreamsUnidirectional(Http3.MIN_INITIAL_MAX_STREAMS_UNIDIRECTIONAL + 1L)
                .handler(new ChannelInitializer<QuicChannel>() {
                    @Override
                    protected void initChannel(QuicChannel channel) {
                        initConnection(channel);
                    }
                })
                .build();
    }

    private void initConnection(QuicChannel channel) {
        if (draining || connections.size() >= limits.connectionsMax()) {
            if (!draining) {
                events.connectionRefused(
                        channel.remoteSocketAddress() == null
                                ? InetSocketAddress.createUnresolved("unknown", 0)
                                : channel.remoteSocketAddress(),
                        Refusal.TOO_MANY,
                        "more than " + limits.connectionsMax() + " connections (connectionsMax)");
            }
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    // Not earlier: before the end of its handshake a caller would not believe it.
                    channel.close(true, Http3ErrorCode.H3_EXCESSIVE_LOAD.code(), Unpooled.EMPTY_BUFFER);
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    ctx.close();
                }
            });
            return;
        }
        ServerConnection connection = new ServerConnection(channel, events, limits, options.resetsMax());
        connections.put(channel, connection);
        channel.closeFuture().addListener(closed -> connections.remove(channel));
        channel.pipeline()
                .addLast(
                        connection,
                        new Http3ServerConnectionHandler(
                                new ChannelInitializer<QuicStreamChannel>() {
                                    @Override
                                    protected void initChannel(QuicStreamChannel stream) {
                                        initStream(stream, connection);
                                    }
                                },
                                null,
                                null,
                                new DefaultHttp3SettingsFrame(settings()),
                                true));
    }

    private Http3Settings settings() {
        return Http3Settings.defaultSettings()
                .qpackMaxTableCapacity(0)
                .qpackBlockedStreams(0)
                // Twice the limit, so that what is somewhat over it gets a proper answer instead of a reset.
                .maxFieldSectionSize(2L * limits.headerBytesMax());
    }

    private void initStream(QuicStreamChannel stream, ServerConnection connection) {
        stream.pipeline().addFirst(new WriteCoalescer(), new StreamGuard(connection::streamBrokenOff));
        stream.pipeline()
                .addLast(
                        new HeadTimeout(limits.headerTimeout()),
                        new Http3FrameToHttpObjectCodec(true),
                        streams.handler(connection.info(), Http3Listener::answeredEarly));
    }

    /**
     * The rest of the request is read and dropped for a while: a stream whose end was never read costs the
     * caller's credit and our memory until its connection ends.
     */
    private static void answeredEarly(ChannelHandlerContext stream) {
        stream.executor()
                .schedule(
                        () -> stream.channel().pipeline().close(),
                        EARLY_ANSWER_LINGER.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Connections that are open, also those still shaking hands. */
    public int openConnections() {
        return connections.size();
    }

    /** Takes no new connections and tells the open ones to end. */
    public void drain() {
        draining = true;
        connections.forEach((channel, connection) -> channel.eventLoop().execute(connection::drain));
    }

    /**
     * Waits until the connections have ended, then cuts what is left, and closes the socket.
     *
     * @return true if nothing had to be cut
     */
    public boolean close(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        boolean clean = true;
        for (Map.Entry<QuicChannel, ServerConnection> open : connections.entrySet()) {
            QuicChannel channel = open.getKey();
            long left = Math.max(0, deadline - System.nanoTime());
            if (!channel.closeFuture().await(left, TimeUnit.NANOSECONDS)) {
                clean = false;
                channel.eventLoop().execute(open.getValue()::close);
                channel.closeFuture().await(1, TimeUnit.SECONDS);
            }
        }
        if (socket != null) {
            socket.close().awaitUninterruptibly();
        }
        return clean;
    }
}
