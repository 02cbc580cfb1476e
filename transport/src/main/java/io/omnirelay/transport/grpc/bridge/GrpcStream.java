package io.omnirelay.transport.grpc.bridge;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.TransportEvents.RequestSummary;
import io.omnirelay.transport.grpc.wire.GrpcHeaders;
import io.omnirelay.transport.grpc.wire.LoopQueue;
import io.omnirelay.transport.grpc.wire.MessageReader;
import io.omnirelay.transport.http.ConnectionInfo;
import io.omnirelay.transport.http.InFlight;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call as a stream of {@code HttpObject}s.
 *
 * <p>Reads ahead of what the service has requested by at most {@value #READ_AHEAD_BYTES} bytes and one message;
 * past that the transport's flow control holds the caller back. Something is always being read until then, so
 * that a cancellation is seen at once.
 *
 * <p>Invariant: exactly one summary per stream, whatever ends it. Thread: event loop, unless said otherwise.
 */
final class GrpcStream extends ChannelInboundHandlerAdapter {
    private static final int READ_AHEAD_BYTES = 64 << 10;

    private final GrpcBridge bridge;
    private final ConnectionInfo connection;
    private final NegotiatedTransport negotiated;
    private final Consumer<ChannelHandlerContext> answeredEarly;
    private final MessageReader reader;
    private final long startNanos = System.nanoTime();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable LoopQueue out;
    private @Nullable BridgeCall<?, ?> call;
    private String methodName = "unknown";
    private long requested;
    private boolean inputEnded;
    private boolean halfCloseTold;
    private boolean headersWritten;
    private boolean answered;
    private boolean finished;
    /** Whether it is counted among the requests in flight. */
    private boolean counted;
    /** Whether what was received is held to the end of the call: it has one request. */
    private boolean holdsAll = true;
    /** Of the budget of bodies. */
    private long heldBytes;

    private long receivedBytes;
    private long sentBytes;

    GrpcStream(GrpcBridge bridge, ConnectionInfo connection, Consumer<ChannelHandlerContext> answeredEarly) {
        this.bridge = bridge;
        this.connection = connection;
        this.answeredEarly = answeredEarly;
        this.negotiated = new NegotiatedTransport(
                connection.protocol(), NegotiatedTransport.Style.GRPC, NegotiatedTransport.Encoding.PROTOBUF);
        this.reader = new MessageReader(bridge.limits().requestBodyBytesMax());
    }

    ConnectionInfo connection() {
        return connection;
    }

    NegotiatedTransport negotiated() {
        return negotiated;
    }

    MessageReader reader() {
        return reader;
    }

    EventLoop loop() {
        return context().channel().eventLoop();
    }

    private ChannelHandlerContext context() {
        if (ctx == null) {
            throw new IllegalStateException("Not on a channel yet");
        }
        return ctx;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        out = new LoopQueue(added.channel().eventLoop(), added::flush);
    }

    /** Runs a step on the event loop, in order. Thread: any. */
    void later(Runnable step) {
        if (out != null) {
            out.add(step);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        try {
            if (msg instanceof HttpRequest request) {
                begin(request);
            }
            if (msg instanceof HttpContent content) {
                take(content);
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private void begin(HttpRequest request) {
        if (!request.method().equals(HttpMethod.POST)) {
            refuse(HttpResponseStatus.METHOD_NOT_ALLOWED, Status.INTERNAL.withDescription("gRPC needs POST"));
            return;
        }
        if (headerBytes(request.headers()) > bridge.limits().headerBytesMax()) {
            refuse(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "The header exceeds " + bridge.limits().headerBytesMax() + " bytes (headerBytesMax)"));
            return;
        }
        ServerMethodDefinition<?, ?> method = bridge.method(request.uri());
        if (method == null) {
            refuse(
                    HttpResponseStatus.OK,
                    Status.UNIMPLEMENTED.withDescription("Method not found: "
                            + request.uri().substring(request.uri().startsWith("/") ? 1 : 0)));
            return;
        }
        methodName = method.getMethodDescriptor().getFullMethodName();
        MethodType type = method.getMethodDescriptor().getType();
        holdsAll = type.clientSendsOneMessage();
        // A stream may last for days; how many there may be is the service's to say.
        counted = type.serverSendsOneMessage() && bridge.inFlight().tryBegin();
        if (type.serverSendsOneMessage() && !counted) {
            refuse(Errors.toGrpc(InFlight.overloaded("Too many requests are in flight (requestsInFlightMax)")));
            return;
        }
        try {
            BridgeCall<?, ?> started = new BridgeCall<>(this, method, request.headers(), bridge.executor());
            call = started;
            started.start();
        } catch (StatusRuntimeException e) {
            call = null;
            refuse(HttpResponseStatus.OK, e.getStatus());
        } catch (RejectedExecutionException e) {
            call = null;
            refuse(HttpResponseStatus.OK, Status.UNAVAILABLE.withDescription("The server takes no more work"));
        }
    }

    private static long headerBytes(HttpHeaders headers) {
        long bytes = 0;
        for (Map.Entry<String, String> header : headers) {
            bytes += header.getKey().length() + header.getValue().length() + 4L;
        }
        return bytes;
    }

    private void take(HttpContent content) {
        receivedBytes += content.content().readableBytes();
        inputEnded |= content instanceof LastHttpContent;
        if (answered || finished) {
            return;
        }
        int length = content.content().readableBytes();
        if (!bridge.budget().tryAcquire(length)) {
            StatusRuntimeException refusal = Errors.toGrpc(
                    InFlight.overloaded("Too many request bytes are in flight (requestBodyBytesInFlightMax)"));
            if (call != null && refusal.getTrailers() != null) {
                call.abort(refusal.getStatus(), refusal.getTrailers());
            }
            return;
        }
        heldBytes += length;
        try {
            reader.add(content.content());
        } catch (StatusRuntimeException e) {
            fail(e.getStatus());
            return;
        }
        deliver();
    }

    /** The service wants more. Thread: any. */
    void request(int messages) {
        later(() -> {
            requested += messages;
            deliver();
            readOn();
        });
    }

    private void deliver() {
        BridgeCall<?, ?> current = call;
        if (current == null || answered) {
            return;
        }
        while (requested > 0 && reader.hasNext()) {
            requested--;
            MessageReader.Frame frame = reader.next();
            if (frame != null) {
                current.message(frame);
            }
        }
        if (inputEnded && !reader.hasNext() && !halfCloseTold) {
            halfCloseTold = true;
            if (reader.isPartial()) {
                fail(Status.INTERNAL.withDescription("The request ends in the middle of a message"));
            } else {
                current.halfClosed();
            }
        }
        if (!holdsAll) {
            release(reader.bufferedBytes());
        }
    }

    /** Gives back what is held beyond the bytes that wait. */
    private void release(long waitingBytes) {
        if (heldBytes > waitingBytes) {
            bridge.budget().release(heldBytes - waitingBytes);
            heldBytes = waitingBytes;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        readOn();
    }

    private void readOn() {
        if (!inputEnded && (answered || reader.wantsMore(READ_AHEAD_BYTES))) {
            context().read();
        }
    }

    /** Ends the call from this side, against the service's will. */
    private void fail(Status status) {
        if (call != null) {
            call.abort(status);
        }
    }

    /** Begins the answer, unless it has been given already. */
    void writeHeaders(HttpHeaders headers) {
        if (answered || finished) {
            return;
        }
        headersWritten = true;
        write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers));
    }

    /** Sends a framed message; {@code taken} runs when the transport has it, or has refused it. */
    void writeMessage(byte[] frame, Runnable taken) {
        if (answered || finished) {
            taken.run();
            return;
        }
        sentBytes += frame.length;
        write(new DefaultHttpContent(Unpooled.wrappedBuffer(frame))).addListener(done -> taken.run());
    }

    /** Ends the answer: by trailers if it has begun, else as a whole in one head. */
    void writeEnd(HttpResponseStatus http, HttpHeaders fields, Status status) {
        if (headersWritten) {
            DefaultLastHttpContent last =
                    new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, DefaultHttpHeadersFactory.trailersFactory());
            last.trailingHeaders().set(fields);
            writeLast(last, status);
            return;
        }
        fields.set("content-type", GrpcHeaders.CONTENT_TYPE);
        fields.set(NegotiatedTransport.HEADER, negotiated.toString());
        writeLast(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        http,
                        Unpooled.EMPTY_BUFFER,
                        fields,
                        DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders()),
                status);
    }

    private void refuse(HttpResponseStatus http, Status status) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        BridgeCall.putStatus(headers, status);
        writeEnd(http, headers, status);
        context().flush();
    }

    private void refuse(StatusRuntimeException refusal) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        Metadata trailers = refusal.getTrailers();
        if (trailers != null) {
            GrpcHeaders.write(trailers, headers::add);
        }
        BridgeCall.putStatus(headers, refusal.getStatus());
        writeEnd(HttpResponseStatus.OK, headers, refusal.getStatus());
        context().flush();
    }

    private void writeLast(HttpObject last, Status status) {
        if (answered || finished) {
            ReferenceCountUtil.release(last);
            return;
        }
        answered = true;
        write(last).addListener(done -> {
            if (done.isSuccess()) {
                finished(status, true);
                if (!inputEnded) {
                    answeredEarly.accept(context());
                }
            }
        });
        readOn();
    }

    private ChannelFuture write(HttpObject object) {
        ChannelFuture written = context().write(object);
        return written.addListener(done -> {
            if (!done.isSuccess()) {
                // The caller has reset the stream, or the connection is lost: nobody will read an answer.
                finished(Status.CANCELLED, false);
                context().close();
            }
        });
    }

    private void finished(Status status, boolean delivered) {
        if (finished) {
            return;
        }
        finished = true;
        release(0);
        if (counted) {
            bridge.inFlight().end();
        }
        if (call != null) {
            call.ended(delivered);
        }
        bridge.events()
                .requestFinished(new RequestSummary(
                        methodName,
                        negotiated,
                        status.getCode().value(),
                        0,
                        System.nanoTime() - startNanos,
                        receivedBytes,
                        sentBytes));
    }

    /** True while the transport takes more. Thread: any. */
    boolean isWritable() {
        return ctx != null && ctx.channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (call != null) {
            call.writabilityChanged();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        finished(Status.CANCELLED, false);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A reset by the caller, or bytes that are no HTTP: the end of this stream, not of the server.
        finished(Status.CANCELLED, false);
        context.close();
    }
}
