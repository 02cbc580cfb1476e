package io.meshkit.bench.run;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.http3.WriteCoalescer;
import io.omnirelay.transport.tls.QuicTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * GET requests over one HTTP/3 connection, with the same buffers and windows as the SDK's gRPC over HTTP/3, so that
 * the two can be compared. Requests beyond the server's stream limit wait. Thread-safe.
 */
final class RestHttp3 implements AutoCloseable {
    private static final int SOCKET_BUFFER_BYTES = 2 << 20;
    private static final int STREAM_WINDOW_BYTES = 256 << 10;
    private static final int CONNECTION_WINDOW_BYTES = 4 << 20;
    private static final int CONNECT_WITHIN_S = 5;

    private record Waiting(String path, CompletableFuture<Integer> status) {}

    private final String authority;
    private final String authorization;
    private final EventLoopGroup group;
    private final QuicChannel connection;
    /** Event loop only. */
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    /**
     * Connects.
     *
     * @param authorization value of that header; empty for none
     * @throws IOException if the server does not answer over QUIC
     */
    RestHttp3(String host, int port, TlsMaterial tls, String authorization) throws IOException, InterruptedException {
        this.authority = host + ":" + port;
        this.authorization = authorization;
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("bench-rest-http3", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        QuicSslContext context = QuicTls.client(tls);
        Channel socket = new Bootstrap()
                .group(group)
                .channel(Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class)
                .option(io.netty.channel.ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(io.netty.channel.ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .handler(Http3.newQuicClientCodecBuilder()
                        .sslEngineProvider(quic -> context.newEngine(quic.alloc(), host, port))
                        .maxIdleTimeout(30, TimeUnit.SECONDS)
                        .initialMaxData(CONNECTION_WINDOW_BYTES)
                        .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW_BYTES)
                        .initialMaxStreamDataUnidirectional(STREAM_WINDOW_BYTES)
                        .initialMaxStreamsUnidirectional(8)
                        .build())
                .connect(new InetSocketAddress(host, port))
                .sync()
                .channel();
        Future<QuicChannel> connecting = QuicChannel.newBootstrap(socket)
                .handler(new ChannelInitializer<QuicChannel>() {
                    @Override
                    protected void initChannel(QuicChannel channel) {
                        channel.pipeline().addLast(new Http3ClientConnectionHandler(), new Credit());
                    }
                })
                .remoteAddress(new InetSocketAddress(host, port))
                .connect();
        if (!connecting.await(CONNECT_WITHIN_S, TimeUnit.SECONDS) || !connecting.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException("no HTTP/3 connection to " + authority, connecting.cause());
        }
        this.connection = connecting.getNow();
    }

    /** Asks for a path; completes with the status when the whole answer has come. */
    CompletableFuture<Integer> get(String path) {
        Waiting request = new Waiting(path, new CompletableFuture<>());
        connection.eventLoop().execute(() -> {
            waiting.add(request);
            serve();
        });
        return request.status;
    }

    private void serve() {
        while (!waiting.isEmpty() && connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0) {
            open(waiting.remove());
        }
    }

    private void open(Waiting request) {
        WriteCoalescer writes = new WriteCoalescer();
        Future<QuicStreamChannel> opening = Http3.newRequestStreamBootstrap(
                        connection, new ChannelInitializer<QuicStreamChannel>() {
                            @Override
                            protected void initChannel(QuicStreamChannel stream) {
                                stream.pipeline().addFirst(writes);
                                stream.pipeline().addLast(new Answer(request.status));
                            }
                        })
                .create();
        opening.addListener(done -> {
            if (!done.isSuccess()) {
                request.status.completeExceptionally(done.cause());
                return;
            }
            Http3Headers head = new DefaultHttp3Headers()
                    .method("GET")
                    .scheme("https")
                    .authority(authority)
                    .path(request.path);
            head.add("accept", "application/json");
            if (!authorization.isEmpty()) {
                head.add("authorization", authorization);
            }
            opening.getNow().write(new DefaultHttp3HeadersFrame(head));
            writes.end();
            opening.getNow().flush();
        });
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly(CONNECT_WITHIN_S, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Serves who waits whenever the server allows more streams. */
    private final class Credit extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof QuicStreamLimitChangedEvent) {
                ctx.executor().execute(RestHttp3.this::serve);
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    private static final class Answer extends Http3RequestStreamInboundHandler {
        private final CompletableFuture<Integer> answer;
        private int status;

        Answer(CompletableFuture<Integer> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
            CharSequence text = frame.headers().status();
            if (text != null) {
                status = Integer.parseInt(text.toString());
            }
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
            frame.release();
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext ctx) {
            answer.complete(status);
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(new IOException("the stream ended without an answer"));
        }
    }
}
