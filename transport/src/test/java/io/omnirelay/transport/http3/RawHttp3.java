package io.omnirelay.transport.http3;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.tls.QuicTls;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** HTTP/3 by frames on one connection, for tests. */
public final class RawHttp3 implements AutoCloseable {
    static final int STREAM_WINDOW_BYTES = 1 << 18;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel socket;
    public final QuicChannel channel;
    private final Http3ClientConnectionHandler http3 = new Http3ClientConnectionHandler();
    /** The one that was opened last. */
    volatile QuicStreamChannel lastStream;

    RawHttp3(int port) throws Exception {
        this(port, TestPki.anonymous(), "localhost");
    }

    /** @param name that is asked for, and must be in the certificate */
    public RawHttp3(int port, TlsMaterial tls, String name) throws Exception {
        socket = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(Http3.newQuicClientCodecBuilder()
                        .sslEngineProvider(quic -> QuicTls.client(tls).newEngine(quic.alloc(), name, port))
                        .maxIdleTimeout(10, TimeUnit.SECONDS)
                        .initialMaxData(1 << 20)
                        .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW_BYTES)
                        .initialMaxStreamDataUnidirectional(1 << 16)
                        .initialMaxStreamsUnidirectional(8)
                        .build())
                .bind(0)
                .sync()
                .channel();
        channel = QuicChannel.newBootstrap(socket)
                .handler(http3)
                .remoteAddress(new InetSocketAddress("127.0.0.1", port))
                .connect()
                .get(30, TimeUnit.SECONDS);
    }

    /** What came back; status 0 if the stream was broken off. */
    public record Answer(int status, TreeMap<String, String> headers, String body, boolean complete) {}

    static Http3Headers head(String method, String path) {
        return new DefaultHttp3Headers()
                .method(method)
                .scheme("https")
                .authority("localhost")
                .path(path);
    }

    public Answer get(String path) throws Exception {
        return send(head("GET", path), "").get(30, TimeUnit.SECONDS);
    }

    public Answer post(String path, String json) throws Exception {
        return send(head("POST", path).add("content-type", "application/json"), json)
                .get(30, TimeUnit.SECONDS);
    }

    CompletableFuture<Answer> send(Http3Headers head, String body) throws Exception {
        return send(head, body.getBytes(StandardCharsets.UTF_8));
    }

    CompletableFuture<Answer> send(Http3Headers head, byte[] body) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        QuicStreamChannel stream =
                Http3.newRequestStream(channel, new Collector(answer)).get(30, TimeUnit.SECONDS);
        lastStream = stream;
        stream.write(new DefaultHttp3HeadersFrame(head));
        stream.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.copiedBuffer(body)))
                .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        return answer;
    }

    /** Asks, and tells what of the answer is there as soon as its body has so many bytes. */
    CompletableFuture<Answer> beginning(Http3Headers head, int bodyBytes) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        QuicStreamChannel stream = Http3.newRequestStream(channel, new Collector(answer, bodyBytes))
                .get(30, TimeUnit.SECONDS);
        stream.writeAndFlush(new DefaultHttp3HeadersFrame(head)).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        return answer;
    }

    /** Asks, and leaves whatever is answered where it is. */
    void sendAndNeverRead(Http3Headers head) throws Exception {
        QuicStreamChannel stream = Http3.newRequestStream(channel, new Collector(new CompletableFuture<>()))
                .get(30, TimeUnit.SECONDS);
        stream.config().setAutoRead(false);
        stream.writeAndFlush(new DefaultHttp3HeadersFrame(head)).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
    }

    /** The first byte of a head, and no more. */
    void openWithoutHead(CompletableFuture<Answer> answer) throws Exception {
        QuicStreamChannel stream =
                Http3.newRequestStream(channel, new Collector(answer)).get(30, TimeUnit.SECONDS);
        // Below the codec.
        stream.eventLoop()
                .execute(() -> stream.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})));
    }

    /** Sends a head without an end, and at once breaks it off. */
    void openAndReset(Http3Headers head) throws Exception {
        QuicStreamChannel stream = Http3.newRequestStream(channel, new Collector(new CompletableFuture<>()))
                .get(30, TimeUnit.SECONDS);
        stream.writeAndFlush(new DefaultHttp3HeadersFrame(head)).sync();
        stream.shutdownOutput((int) Http3ErrorCode.H3_REQUEST_CANCELLED.code()).sync();
        stream.shutdownInput((int) Http3ErrorCode.H3_REQUEST_CANCELLED.code()).sync();
        stream.close().sync();
    }

    /** Sends a head and part of a body, and never the rest. */
    CompletableFuture<Answer> sendPart(Http3Headers head, String part) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        QuicStreamChannel stream =
                Http3.newRequestStream(channel, new Collector(answer)).get(30, TimeUnit.SECONDS);
        stream.write(new DefaultHttp3HeadersFrame(head));
        stream.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.copiedBuffer(part.getBytes(StandardCharsets.UTF_8))));
        return answer;
    }

    boolean goAwayReceived() {
        return http3.isGoAwayReceived();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        socket.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Collector extends Http3RequestStreamInboundHandler {
        private final CompletableFuture<Answer> answer;
        private final TreeMap<String, String> headers = new TreeMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final int enoughBytes;
        private int status;

        Collector(CompletableFuture<Answer> answer) {
            this(answer, Integer.MAX_VALUE);
        }

        /** @param enoughBytes of the body: with so many it is told before its end */
        Collector(CompletableFuture<Answer> answer, int enoughBytes) {
            this.answer = answer;
            this.enoughBytes = enoughBytes;
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
            status = Integer.parseInt(frame.headers().status().toString());
            frame.headers()
                    .forEach(field -> headers.put(
                            field.getKey().toString(), field.getValue().toString()));
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
            body.writeBytes(ByteBufUtil.getBytes(frame.content()));
            frame.release();
            if (body.size() >= enoughBytes) {
                answer.complete(new Answer(status, headers, body.toString(StandardCharsets.UTF_8), false));
            }
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext ctx) {
            answer.complete(new Answer(status, headers, body.toString(StandardCharsets.UTF_8), true));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.complete(new Answer(status, headers, body.toString(StandardCharsets.UTF_8), false));
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.complete(new Answer(status, headers, body.toString(StandardCharsets.UTF_8), false));
        }
    }
}
