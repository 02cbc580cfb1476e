package io.omnirelay.transport.client.http3;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.concurrent.Future;
import io.omnirelay.transport.client.http3.Http3ConnectException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one QUIC connection: name, UDP socket, handshake, each of them bounded by the connect timeout.
 *
 * <p>The socket is connected, so that the kernel tells of a closed port at once; every connection has its own.
 * The addresses of a name are tried one after the other.
 */
final class Connector {
    private static final int SOCKET_BUFFER_BYTES = 2 << 20;

    private final ChannelSettings settings;
    private final EventLoop loop;
    private final Supplier<Connection> connected;
    private final Consumer<Http3ConnectException> failed;
    private @Nullable Attempt current;
    private boolean aborted;
    private volatile boolean answered;
    private volatile long sentNanos;

    private Connector(
            ChannelSettings settings,
            EventLoop loop,
            Supplier<Connection> connected,
            Consumer<Http3ConnectException> failed) {
        this.settings = settings;
        this.loop = loop;
        this.connected = connected;
        this.failed = failed;
    }

    /** Ends by exactly one of the two, on the event loop; {@link #abort} makes it fail soon. */
    static Connector connect(
            ChannelSettings settings,
            EventLoop loop,
            Supplier<Connection> connected,
            Consumer<Http3ConnectException> failed) {
        Connector connector = new Connector(settings, loop, connected, failed);
        try {
            // Resolving a name blocks.
            ClientLoops.callbacks().execute(connector::resolve);
        } catch (RejectedExecutionException e) {
            loop.execute(() -> failed.accept(ConnectFailures.of(e)));
        }
        return connector;
    }

    /** Whether a packet has come back yet. Thread: any. */
    boolean isAnswered() {
        return answered;
    }

    /** Since the first packet went out; 0 before. Thread: any. */
    long waitedNanos() {
        long since = sentNanos;
        return since == 0 ? 0 : System.nanoTime() - since;
    }

    /** Nobody needs the connection any more. Event loop. */
    void abort() {
        aborted = true;
        if (current != null) {
            current.fail(new CancellationException("the channel was shut down"));
        }
    }

    private void resolve() {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(settings.host());
            loop.execute(() -> attempt(addresses, 0));
        } catch (UnknownHostException e) {
            loop.execute(() -> failed.accept(ConnectFailures.of(e)));
        }
    }

    private void attempt(InetAddress[] addresses, int index) {
        InetSocketAddress remote = new InetSocketAddress(addresses[index], settings.port());
        Attempt attempt = new Attempt(cause -> {
            if (index + 1 < addresses.length && !aborted) {
                attempt(addresses, index + 1);
            } else {
                failed.accept(ConnectFailures.of(cause));
            }
        });
        current = attempt;
        ChannelFuture socket = new Bootstrap()
                .group(loop)
                .channel(ClientLoops.datagramType())
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(attempt.liveness, codec(), attempt);
                    }
                })
                .connect(remote);
        socket.addListener(done -> {
            if (aborted) {
                socket.channel().close();
                attempt.fail(new CancellationException("the channel was shut down"));
            } else if (done.isSuccess()) {
                attempt.handshake(socket.channel(), remote);
            } else {
                attempt.fail(done.cause());
            }
        });
    }

    private ChannelHandler codec() {
        return Http3.newQuicClientCodecBuilder()
                .sslEngineProvider(channel ->
                        settings.tls().get().newEngine(channel.alloc(), settings.serverName(), settings.port()))
                .maxIdleTimeout(settings.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .initialMaxData(settings.connectionWindowBytes())
                .initialMaxStreamDataBidirectionalLocal(settings.streamWindowBytes())
                .initialMaxStreamDataUnidirectional(settings.streamWindowBytes())
                .initialMaxStreamsUnidirectional(Http3.MIN_INITIAL_MAX_STREAMS_UNIDIRECTIONAL + 5L)
                .build();
    }

    /** One address; also the last handler of the socket, where the kernel's errors arrive. */
    private final class Attempt extends ChannelInboundHandlerAdapter {
        private final Consumer<Throwable> next;
        private final Liveness liveness = new Liveness(() -> answered = true);
        private @Nullable Channel socket;
        private @Nullable Connection connection;
        private boolean over;

        Attempt(Consumer<Throwable> next) {
            this.next = next;
        }

        void handshake(Channel udp, InetSocketAddress remote) {
            socket = udp;
            Future<QuicChannel> handshake = QuicChannel.newBootstrap(udp)
                    .handler(new ChannelInitializer<QuicChannel>() {
                        @Override
                        protected void initChannel(QuicChannel channel) {
                            channel.pipeline()
                                    .addLast(new Http3ClientConnectionHandler(
                                            new ControlFrames(() -> connection),
                                            null,
                                            null,
                                            new DefaultHttp3SettingsFrame(http3()),
                                            true));
                        }
                    })
                    .remoteAddress(remote)
                    .connect();
            sentNanos = System.nanoTime();
            loop.schedule(this::tooLate, settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
            handshake.addListener(done -> {
                if (!done.isSuccess()) {
                    fail(done.cause());
                } else if (over) {
                    handshake.getNow().close();
                } else {
                    over = true;
                    Connection made = connected.get();
                    connection = made;
                    made.attach(udp, handshake.getNow(), liveness);
                }
            });
        }

        private Http3Settings http3() {
            return Http3Settings.defaultSettings()
                    .qpackMaxTableCapacity(0)
                    .qpackBlockedStreams(0)
                    .maxFieldSectionSize(2L * Connector.this.settings.headerBytesMax());
        }

        private void tooLate() {
            long limitMs = settings.connectTimeout().toMillis();
            fail(
                    answered
                            ? new Http3ConnectException(
                                    Kind.TIMEOUT, "the handshake did not end within " + limitMs + " ms", null)
                            : new Http3ConnectException(Kind.NO_ANSWER, "no answer within " + limitMs + " ms", null));
        }

        private void fail(Throwable cause) {
            if (over) {
                return;
            }
            over = true;
            if (socket != null) {
                socket.close();
            }
            next.accept(cause);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The port is closed. On a connection that stands that may be a passing thing: it has to prove itself.
            fail(cause);
            if (connection != null) {
                connection.suspect();
            }
        }
    }
}
