package io.omnirelay.transport.client.http3;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.omnirelay.transport.grpc.wire.GrpcHeaders;
import io.omnirelay.transport.grpc.wire.GrpcStatus;
import io.omnirelay.transport.http3.WriteCoalescer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call: its request stream, as HTTP/3 frames.
 *
 * <p>Reads every stream to its end, because what is not read costs stream credit; after the call is over it drops
 * what comes. Event loop, but for {@link #isWritable}.
 */
final class ClientStream extends Http3RequestStreamInboundHandler {
    private final Http3ClientCall<?, ?> call;
    private final Connection connection;
    private final WriteCoalescer writes = new WriteCoalescer();
    private volatile @Nullable ChannelHandlerContext ctx;
    private boolean headersRead;
    /** The call knows its end; nothing more of this stream concerns it. */
    private boolean over;

    ClientStream(Http3ClientCall<?, ?> call, Connection connection) {
        this.call = call;
        this.connection = connection;
    }

    /** To be put first in the stream's pipeline. */
    WriteCoalescer writes() {
        return writes;
    }

    Attributes attributes() {
        return connection.attributes();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /** The stream is open: the call may write. */
    void opened() {
        if (!over) {
            call.opened(this);
        }
    }

    /** The stream never was, or is no more. */
    void lost(@Nullable Throwable symptom) {
        Throwable told = connection.ending();
        Throwable cause = told == null ? symptom : told;
        end(Status.UNAVAILABLE
                .withDescription("The HTTP/3 connection was lost"
                        + (cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage()))
                .withCause(cause));
    }

    /** The server has not looked at the request and will not. */
    void refused() {
        if (!over) {
            over = true;
            call.refused(this);
            reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
        }
    }

    private void end(Status status) {
        if (!over) {
            over = true;
            call.fail(status);
        }
    }

    // --- what the call wants

    void writeHeaders(Http3Headers headers) {
        if (ctx != null) {
            ctx.write(new DefaultHttp3HeadersFrame(headers));
        }
    }

    /** {@code taken} runs when the transport has the bytes, or has refused them. */
    void writeMessage(byte[] frame, Runnable taken) {
        if (ctx == null) {
            taken.run();
            return;
        }
        // A failure is no news: the server has answered without reading on, or the stream is gone, which is told.
        ctx.write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(frame))).addListener(done -> taken.run());
    }

    void writeEnd() {
        writes.end();
    }

    void flush() {
        if (ctx != null) {
            ctx.flush();
        }
    }

    void read() {
        if (ctx != null) {
            ctx.read();
        }
    }

    /** Thread: any. */
    boolean isWritable() {
        ChannelHandlerContext current = ctx;
        return current != null && current.channel().isWritable();
    }

    /** The call is over before the stream is. */
    void cancel() {
        if (!over) {
            over = true;
            reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
        }
    }

    private void reset(Http3ErrorCode code) {
        ChannelHandlerContext current = ctx;
        if (current == null || !current.channel().isActive()) {
            return;
        }
        QuicStreamChannel stream = (QuicStreamChannel) current.channel();
        if (!stream.isOutputShutdown()) {
            stream.shutdownOutput(code.code());
        }
        if (!stream.isInputShutdown()) {
            stream.shutdownInput(code.code());
        }
        current.close();
    }

    // --- what the server sends

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
        Http3Headers headers = frame.headers();
        if (over) {
            return;
        }
        if (headersRead) {
            trailers(headers);
            return;
        }
        int status = status(headers);
        if (status >= 100 && status < 200) {
            return;
        }
        headersRead = true;
        CharSequence type = headers.get("content-type");
        if (type == null || !GrpcHeaders.isGrpc(type)) {
            end(GrpcStatus.ofHttp(status).augmentDescription("The answer is not gRPC but " + type));
            reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
        } else if (headers.contains(GrpcHeaders.STATUS)) {
            trailers(headers);
        } else if (status != 200) {
            end(GrpcStatus.ofHttp(status));
            reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
        } else {
            CharSequence encoding = headers.get(GrpcHeaders.ENCODING);
            try {
                call.headers(GrpcHeaders.read(headers), encoding == null ? null : encoding.toString());
            } catch (StatusRuntimeException e) {
                end(e.getStatus());
                reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
            }
        }
    }

    private static int status(Http3Headers headers) {
        try {
            return headers.status() == null
                    ? 0
                    : Integer.parseInt(headers.status().toString());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void trailers(Http3Headers trailers) {
        Status status = GrpcStatus.read(trailers.get(GrpcHeaders.STATUS), trailers.get(GrpcHeaders.MESSAGE));
        Metadata metadata = GrpcHeaders.read(trailers);
        over = true;
        call.trailers(status, metadata);
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
        try {
            if (!over) {
                call.data(frame.content());
            }
        } catch (StatusRuntimeException e) {
            end(e.getStatus());
            reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
        } finally {
            frame.release();
        }
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext context) {
        if (!over) {
            over = true;
            call.fail(
                    headersRead
                            ? Status.UNKNOWN.withDescription("The answer ends without trailers")
                            : Status.UNAVAILABLE.withDescription("The stream ended without an answer"));
        }
        // With the end of the answer the request is of no interest any more.
        context.close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (over || call.wantsMore()) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        call.writabilityChanged(this);
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost(null);
        context.fireChannelInactive();
    }

    @Override
    protected void handleQuicException(ChannelHandlerContext context, QuicException exception) {
        if (!(exception instanceof QuicStreamResetException reset)) {
            lost(exception);
            context.close();
            return;
        }
        if (reset.applicationProtocolCode() == Http3ErrorCode.H3_REQUEST_REJECTED.code() && !headersRead) {
            refused();
            return;
        }
        end(ofReset(reset.applicationProtocolCode()));
        reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
    }

    /** Source: gRPC proposal G2. */
    private static Status ofReset(long code) {
        Status status;
        if (code == Http3ErrorCode.H3_REQUEST_REJECTED.code()) {
            status = Status.UNAVAILABLE;
        } else if (code == Http3ErrorCode.H3_REQUEST_CANCELLED.code()) {
            status = Status.CANCELLED;
        } else if (code == Http3ErrorCode.H3_EXCESSIVE_LOAD.code()) {
            status = Status.RESOURCE_EXHAUSTED;
        } else {
            status = Status.INTERNAL;
        }
        return status.withDescription("The server has reset the stream, code 0x" + Long.toHexString(code));
    }

    @Override
    protected void handleHttp3Exception(ChannelHandlerContext context, Http3Exception exception) {
        end(Status.INTERNAL
                .withDescription("The answer is no HTTP/3: " + exception.getMessage())
                .withCause(exception));
        reset(Http3ErrorCode.H3_MESSAGE_ERROR);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof QuicException || cause instanceof Http3Exception) {
            super.exceptionCaught(context, cause);
        } else {
            end(Status.INTERNAL
                    .withDescription("The stream has failed unexpectedly")
                    .withCause(cause));
            reset(Http3ErrorCode.H3_INTERNAL_ERROR);
        }
    }
}
