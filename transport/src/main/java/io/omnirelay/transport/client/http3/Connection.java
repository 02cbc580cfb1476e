package io.omnirelay.transport.client.http3;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.http3.ReservedFrames;
import io.omnirelay.transport.tls.ClientTlsFailures;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * One QUIC connection of a channel, with the streams that are open on it.
 *
 * <p>Retires after {@value #RESETS_MAX} streams that were broken off: each leaves some memory behind in Netty
 * until its connection ends. Event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final int RESETS_MAX = 10_000;
    private static final long SUSPECT_MS = 500;

    private final Transport transport;
    private final Map<Long, ClientStream> streams = new HashMap<>();
    private @Nullable QuicChannel channel;
    private Attributes attributes = Attributes.EMPTY;
    private final long silenceNanos;
    private @Nullable Liveness liveness;
    private @Nullable ScheduledFuture<?> watch;
    private boolean draining;
    private boolean closed;
    private boolean asked;
    private boolean suspected;
    private long askedNanos;
    private int resets;
    private @Nullable Throwable ending;

    /** @param silence during a call, nothing received for so long: ask; nothing for as long after that: dead */
    Connection(Transport transport, Duration silence) {
        this.transport = transport;
        this.silenceNanos = silence.toNanos();
    }

    /** The handshake is done. */
    void attach(Channel socket, QuicChannel quic, Liveness packets) {
        channel = quic;
        liveness = packets;
        watch = quic.eventLoop()
                .scheduleWithFixedDelay(this::watch, silenceNanos / 2, silenceNanos / 2, TimeUnit.NANOSECONDS);
        attributes = describe(quic);
        quic.pipeline().addLast(this);
        quic.closeFuture().addListener(done -> {
            socket.close();
            gone();
        });
    }

    private static Attributes describe(QuicChannel quic) {
        Attributes.Builder builder = Attributes.newBuilder()
                .set(
                        NegotiatedTransport.KEY,
                        new NegotiatedTransport(
                                NegotiatedTransport.Protocol.HTTP_3,
                                NegotiatedTransport.Style.GRPC,
                                NegotiatedTransport.Encoding.PROTOBUF));
        if (quic.remoteSocketAddress() != null) {
            builder.set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, quic.remoteSocketAddress());
        }
        if (quic.localSocketAddress() != null) {
            builder.set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, quic.localSocketAddress());
        }
        SSLEngine engine = quic.sslEngine();
        if (engine != null) {
            builder.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, engine.getSession());
        }
        return builder.build();
    }

    /** Why the server has ended the connection, as far as it has said so. */
    @Nullable
    Throwable ending() {
        return ending;
    }

    Attributes attributes() {
        return attributes;
    }

    boolean hasCredit() {
        return channel != null && channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0;
    }

    /** Opens a stream for the call, which must be allowed. */
    void open(Http3ClientCall<?, ?> call) {
        QuicChannel quic = channel;
        if (quic == null) {
            transport.resubmit(call);
            return;
        }
        ClientStream stream = call.newStream(this);
        Future<QuicStreamChannel> opening = Http3.newRequestStreamBootstrap(
                        quic, new ChannelInitializer<QuicStreamChannel>() {
                            @Override
                            protected void initChannel(QuicStreamChannel created) {
                                created.pipeline().addFirst(stream.writes());
                                created.pipeline().addLast(stream);
                            }
                        })
                .option(ChannelOption.AUTO_READ, false)
                .create();
        opening.addListener(done -> {
            if (done.isSuccess()) {
                opened(opening.getNow(), stream);
            } else {
                stream.lost(done.cause());
            }
        });
    }

    private void opened(QuicStreamChannel created, ClientStream stream) {
        streams.put(created.streamId(), stream);
        created.closeFuture().addListener(done -> streamClosed(created));
        stream.opened();
    }

    private void streamClosed(QuicStreamChannel stream) {
        streams.remove(stream.streamId());
        if (!stream.isInputShutdown() && ++resets == RESETS_MAX) {
            drain();
        }
        closeIfDrained();
    }

    /** The server takes no request from this stream on. */
    void goAway(long firstRefused) {
        List<ClientStream> refused = streams.entrySet().stream()
                .filter(entry -> entry.getKey() >= firstRefused)
                .map(Map.Entry::getValue)
                .toList();
        drain();
        refused.forEach(ClientStream::refused);
    }

    void drain() {
        if (!draining) {
            draining = true;
            transport.drained(this);
        }
        closeIfDrained();
    }

    private void closeIfDrained() {
        if (draining && streams.isEmpty()) {
            close();
        }
    }

    /** Closes now; what is under way is lost. */
    void close() {
        if (channel != null) {
            channel.close(true, Http3ErrorCode.H3_NO_ERROR.code(), Unpooled.EMPTY_BUFFER);
        }
    }

    /**
     * Finds a connection whose server is gone without a word: killed, or cut off. QUIC itself would notice only at the
     * end of its idle timeout, and calls would wait for it.
     */
    private void watch() {
        if (streams.isEmpty() || liveness == null || liveness.silentNanos() < silenceNanos) {
            asked = false;
        } else if (!asked) {
            ask();
        } else if (System.nanoTime() - askedNanos >= silenceNanos && liveness.silentNanos() >= silenceNanos) {
            dead("nothing was received for " + TimeUnit.NANOSECONDS.toMillis(liveness.silentNanos()) + " ms");
        }
    }

    /** The host says that nobody listens any more, as it also does in the moment of a restart: ask, and soon judge. */
    void suspect() {
        QuicChannel quic = channel;
        if (suspected || quic == null || closed) {
            return;
        }
        suspected = true;
        ask();
        quic.eventLoop().schedule(this::judge, SUSPECT_MS, TimeUnit.MILLISECONDS);
    }

    private void judge() {
        suspected = false;
        if (!closed && liveness != null && liveness.silentNanos() >= TimeUnit.MILLISECONDS.toNanos(SUSPECT_MS)) {
            dead("the UDP port is closed");
        }
    }

    private void ask() {
        if (channel != null) {
            asked = true;
            askedNanos = System.nanoTime();
            ReservedFrames.ping(channel);
        }
    }

    private void dead(String why) {
        IOException cause = new IOException(why);
        List.copyOf(streams.values()).forEach(stream -> stream.lost(cause));
        close();
    }

    private void gone() {
        if (!closed) {
            closed = true;
            if (watch != null) {
                watch.cancel(false);
            }
            transport.closed(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof QuicConnectionCloseEvent close && close.isTlsError()) {
            // A certificate that is refused: our side of the handshake was over before the server looked at it.
            ending = ClientTlsFailures.received(QuicConnectionCloseEvent.extractTlsError(close.error()));
        }
        if (event instanceof QuicStreamLimitChangedEvent) {
            // Not from here: the connection is in the middle of reading.
            ctx.executor().execute(transport::serve);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Packets that make no sense, or a lost connection: the streams tell the calls.
        ctx.close();
    }
}
