package io.omnirelay.transport.http3;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.ReferenceCountUtil;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.Refusal;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.http.ConnectionInfo;
import io.omnirelay.transport.tls.TlsFailures;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * One QUIC connection, from its handshake to its end. Sits in front of Netty's own HTTP/3 handler.
 *
 * <p>Draining: GOAWAY names the first request that is not taken any more; later ones are rejected unseen, so that
 * callers may repeat them elsewhere; when the last answer is out, the connection closes. Event loop.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
    /** For the last answer to arrive, which closing would cut off; callers who heed GOAWAY close earlier. */
    private static final Duration LINGER = Duration.ofMillis(500);

    /** How often callers who wait are looked after. */
    private static final Duration CHECK = Duration.ofMillis(250);

    /** From one request of a caller to its next. */
    private static final int ID_STEP = 4;

    private final QuicChannel channel;
    private final TransportEvents events;
    private final Duration handshakeTimeout;
    private final int resetsMax;

    private @Nullable ConnectionInfo info;
    private final StoppedStreams stopped = new StoppedStreams();
    private final Set<QuicStreamChannel> streams = new HashSet<>();
    /** Closed by Netty, perhaps not yet forgotten by QUIC. */
    private final Set<Long> closing = new HashSet<>();

    private final long keepAliveChecks;
    private boolean refused;
    private boolean draining;
    private long nextId;
    private int resets;
    private long checks;

    ServerConnection(QuicChannel channel, TransportEvents events, TransportLimits limits, int resetsMax) {
        this.channel = channel;
        this.events = events;
        this.handshakeTimeout = limits.handshakeTimeout();
        this.keepAliveChecks = Math.max(1, limits.idleTimeout().dividedBy(3).toMillis() / CHECK.toMillis());
        this.resetsMax = resetsMax;
    }

    /** Of every stream; the handshake is done by then. */
    ConnectionInfo info() {
        ConnectionInfo current = info;
        if (current == null) {
            current = describe();
            info = current;
        }
        return current;
    }

    private ConnectionInfo describe() {
        SSLEngine engine = channel.sslEngine();
        return new ConnectionInfo(
                Protocol.HTTP_3,
                known(channel.remoteSocketAddress()),
                known(channel.localSocketAddress()),
                engine == null ? null : engine.getSession());
    }

    private static SocketAddress known(@Nullable SocketAddress address) {
        return Objects.requireNonNullElseGet(address, () -> InetSocketAddress.createUnresolved("unknown", 0));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel()
                .eventLoop()
                .schedule(
                        () -> {
                            if (info == null) {
                                refuse(Refusal.TIMEOUT, "not done within " + handshakeTimeout.toMillis() + " ms");
                                ctx.close();
                            }
                        },
                        handshakeTimeout.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ConnectionInfo opened = info();
        events.connectionOpened(Protocol.HTTP_3, opened.remote());
        Future<?> timer = channel.eventLoop()
                .scheduleAtFixedRate(this::check, CHECK.toMillis(), CHECK.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            timer.cancel(false);
            events.connectionClosed(Protocol.HTTP_3, opened.remote());
        });
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof QuicStreamChannel stream) || stream.type() != QuicStreamType.BIDIRECTIONAL) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (draining && stream.streamId() >= nextId) {
            stream.pipeline().addLast(new Rejection());
            ctx.pipeline().context(Http3ServerConnectionHandler.class).fireChannelRead(msg);
            return;
        }
        nextId = Math.max(nextId, stream.streamId() + ID_STEP);
        streams.add(stream);
        stream.closeFuture().addListener(closed -> streamClosed(stream));
        ctx.fireChannelRead(msg);
    }

    private void streamClosed(QuicStreamChannel stream) {
        streams.remove(stream);
        closing.add(stream.streamId());
        closeIfDrained();
    }

    /** A stream has ended before its answer was complete: a caller who does this without end is sent away. */
    void streamBrokenOff() {
        if (++resets == resetsMax) {
            drain();
        }
    }

    /** Looks for callers who have gone, and keeps a connection on which somebody waits from falling idle. */
    private void check() {
        closing.removeIf(id -> stopped.isForgotten(channel, id));
        if (streams.isEmpty()) {
            return;
        }
        for (QuicStreamChannel stream : List.copyOf(streams)) {
            if (stopped.contains(stream)) {
                stream.pipeline().close();
            }
        }
        if (++checks % keepAliveChecks == 0) {
            ReservedFrames.ping(channel);
        }
    }

    /** Takes no new requests, and closes after the last answer. */
    void drain() {
        if (draining) {
            return;
        }
        draining = true;
        QuicStreamChannel control = Http3.getLocalControlStream(channel);
        if (control == null) {
            channel.close();
            return;
        }
        control.writeAndFlush(new DefaultHttp3GoAwayFrame(nextId));
        closeIfDrained();
    }

    private void closeIfDrained() {
        if (draining && streams.isEmpty()) {
            channel.eventLoop().schedule(this::close, LINGER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Closes now, whatever is under way. */
    void close() {
        channel.close(true, Http3ErrorCode.H3_NO_ERROR.code(), Unpooled.EMPTY_BUFFER);
    }

    private void refuse(Refusal reason, String detail) {
        if (!refused && info == null) {
            refused = true;
            events.connectionRefused(known(channel.remoteSocketAddress()), reason, detail);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A handshake that failed, or packets that make no sense: the end of this connection, not of the server.
        refuse(TlsFailures.refusal(cause), TlsFailures.detail(cause));
        ctx.close();
    }

    /** Tells a caller that its request was not looked at. */
    private static final class Rejection extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ((QuicStreamChannel) ctx.channel())
                    .shutdown(Http3ErrorCode.H3_REQUEST_REJECTED.code())
                    .addListener(done -> ctx.close());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
