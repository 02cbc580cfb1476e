package io.omnirelay.transport.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.omnirelay.pki.PeerIdentity;
import io.omnirelay.test.v1.EchoStatus;
import io.omnirelay.test.v1.InteropEmpty;
import io.omnirelay.test.v1.InteropServiceGrpc;
import io.omnirelay.test.v1.SimpleRequest;
import io.omnirelay.test.v1.SimpleResponse;
import io.omnirelay.test.v1.StreamingInputRequest;
import io.omnirelay.test.v1.StreamingInputResponse;
import io.omnirelay.test.v1.StreamingOutputRequest;
import io.omnirelay.test.v1.StreamingOutputResponse;
import io.omnirelay.transport.BindFailedException;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.OmniRelayServer;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.http3.Http3Options;
import java.net.SocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The test service of gRPC's interoperability tests on a real server. */
public final class InteropFixture implements AutoCloseable {
    public static final Metadata.Key<String> ECHO_INITIAL =
            Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
    public static final Metadata.Key<byte[]> ECHO_TRAILING =
            Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);

    static final Context.Key<String> CALLER = Context.key("caller");
    static final Context.Key<String> TRANSPORT = Context.key("transport");

    /** One entry for each call whose cancellation the service was told. */
    public final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();

    public final Queue<TransportEvents.RequestSummary> summaries = new ConcurrentLinkedQueue<>();
    public final Queue<String> connections = new ConcurrentLinkedQueue<>();
    /** Calls that hang. */
    public final AtomicInteger hanging = new AtomicInteger();

    public final AtomicLong floodedBytes = new AtomicLong();
    public final OmniRelayServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    public InteropFixture() {
        this(TransportLimits.defaults(), Http3Options.defaults(), 0);
    }

    public InteropFixture(TransportLimits limits, Http3Options http3, int httpsPort) {
        this(limits, http3, httpsPort, true);
    }

    /** As a server that does not know sessions. */
    public static InteropFixture withoutSessions() {
        return new InteropFixture(TransportLimits.defaults(), Http3Options.disabled(), 0, false);
    }

    private InteropFixture(TransportLimits limits, Http3Options http3, int httpsPort, boolean sessions) {
        try {
            server = OmniRelayServer.builder()
                    .tls(TestPki.server())
                    .executor(executor)
                    .limits(limits)
                    .http3(http3)
                    .httpsPort(httpsPort)
                    .sessions(sessions)
                    .events(new Recorder())
                    .route(new Route("/healthz", request -> Route.Response.text(200, "ok")))
                    .services(List.of(ServerInterceptors.intercept(new Interop(), new Echo())))
                    .start();
        } catch (BindFailedException e) {
            executor.shutdownNow();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the service to be told of one cancellation. */
    public boolean sawCancellation() throws InterruptedException {
        return cancelled.poll(12, TimeUnit.SECONDS) != null;
    }

    @Override
    public void close() {
        server.close();
        executor.shutdownNow();
    }

    private final class Recorder implements TransportEvents {
        @Override
        public void connectionOpened(NegotiatedTransport.Protocol protocol, SocketAddress remote) {
            connections.add("opened " + protocol.label());
        }

        @Override
        public void connectionClosed(NegotiatedTransport.Protocol protocol, SocketAddress remote) {
            connections.add("closed " + protocol.label());
        }

        @Override
        public void connectionRefused(SocketAddress remote, io.omnirelay.transport.Refusal reason, String detail) {
            connections.add("refused " + reason);
        }

        @Override
        public void requestFinished(RequestSummary summary) {
            summaries.add(summary);
        }
    }

    private static final class Echo implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String initial = headers.get(ECHO_INITIAL);
            byte[] trailing = headers.get(ECHO_TRAILING);
            Context context = Context.current()
                    .withValue(
                            CALLER,
                            PeerIdentity.of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
                                    .flatMap(PeerIdentity::spiffeId)
                                    .orElse("anonymous"))
                    .withValue(TRANSPORT, String.valueOf(call.getAttributes().get(NegotiatedTransport.KEY)));
            return Contexts.interceptCall(
                    context,
                    new SimpleForwardingServerCall<Q, R>(call) {
                        @Override
                        public void sendHeaders(Metadata response) {
                            if (initial != null) {
                                response.put(ECHO_INITIAL, initial);
                            }
                            super.sendHeaders(response);
                        }

                        @Override
                        public void close(Status status, Metadata trailers) {
                            if (trailing != null) {
                                trailers.put(ECHO_TRAILING, trailing);
                            }
                            super.close(status, trailers);
                        }
                    },
                    headers,
                    next);
        }
    }

    static ByteString bytes(int size) {
        return ByteString.copyFrom(new byte[size]);
    }

    private final class Interop extends InteropServiceGrpc.InteropServiceImplBase {
        @Override
        public void emptyCall(InteropEmpty request, StreamObserver<InteropEmpty> out) {
            out.onNext(InteropEmpty.getDefaultInstance());
            out.onCompleted();
        }

        @Override
        public void unaryCall(SimpleRequest request, StreamObserver<SimpleResponse> out) {
            ServerCallStreamObserver<SimpleResponse> call = (ServerCallStreamObserver<SimpleResponse>) out;
            if (request.getHang()) {
                call.setOnCancelHandler(() -> cancelled.add("unary"));
                hanging.incrementAndGet();
                return;
            }
            if (request.getResponseCompressed()) {
                call.setCompression("gzip");
            }
            if (failed(request.getResponseStatus(), out)) {
                return;
            }
            out.onNext(SimpleResponse.newBuilder()
                    .setPayload(bytes(request.getResponseSize()))
                    .setCaller(CALLER.get())
                    .setTransport(TRANSPORT.get())
                    .setDeadlineMs(
                            Context.current().getDeadline() == null
                                    ? -1
                                    : Context.current().getDeadline().timeRemaining(TimeUnit.MILLISECONDS))
                    .build());
            out.onCompleted();
        }

        @Override
        public void streamingOutputCall(StreamingOutputRequest request, StreamObserver<StreamingOutputResponse> out) {
            ServerCallStreamObserver<StreamingOutputResponse> call =
                    (ServerCallStreamObserver<StreamingOutputResponse>) out;
            call.setOnCancelHandler(() -> cancelled.add("output"));
            if (request.getOneByOne() > 0) {
                AtomicInteger left = new AtomicInteger(request.getOneByOne());
                call.setOnReadyThreshold(1);
                call.setOnReadyHandler(() -> {
                    if (left.getAndDecrement() > 0) {
                        out.onNext(StreamingOutputResponse.getDefaultInstance());
                    } else {
                        out.onCompleted();
                    }
                });
                return;
            }
            if (request.getFloodSize() > 0) {
                StreamingOutputResponse response = StreamingOutputResponse.newBuilder()
                        .setPayload(bytes(request.getFloodSize()))
                        .build();
                Runnable flood = () -> {
                    while (call.isReady()) {
                        floodedBytes.addAndGet(request.getFloodSize());
                        out.onNext(response);
                    }
                };
                call.setOnReadyHandler(flood);
                return;
            }
            answer(request, out);
            if (!failed(request.getResponseStatus(), out)) {
                out.onCompleted();
            }
        }

        @Override
        public StreamObserver<StreamingInputRequest> streamingInputCall(StreamObserver<StreamingInputResponse> out) {
            ((ServerCallStreamObserver<StreamingInputResponse>) out).setOnCancelHandler(() -> cancelled.add("input"));
            return new StreamObserver<>() {
                private int sum;

                @Override
                public void onNext(StreamingInputRequest request) {
                    sum += request.getPayload().size();
                }

                @Override
                public void onError(Throwable t) {}

                @Override
                public void onCompleted() {
                    out.onNext(StreamingInputResponse.newBuilder()
                            .setAggregatedSize(sum)
                            .build());
                    out.onCompleted();
                }
            };
        }

        @Override
        public StreamObserver<StreamingOutputRequest> fullDuplexCall(StreamObserver<StreamingOutputResponse> out) {
            ((ServerCallStreamObserver<StreamingOutputResponse>) out).setOnCancelHandler(() -> cancelled.add("duplex"));
            return new StreamObserver<>() {
                private boolean ended;

                @Override
                public void onNext(StreamingOutputRequest request) {
                    if (!ended) {
                        answer(request, out);
                        ended = failed(request.getResponseStatus(), out);
                    }
                }

                @Override
                public void onError(Throwable t) {}

                @Override
                public void onCompleted() {
                    if (!ended) {
                        out.onCompleted();
                    }
                }
            };
        }

        private void answer(StreamingOutputRequest request, StreamObserver<StreamingOutputResponse> out) {
            for (int size : request.getResponseSizesList()) {
                out.onNext(StreamingOutputResponse.newBuilder()
                        .setPayload(bytes(size))
                        .build());
            }
        }

        private boolean failed(EchoStatus status, StreamObserver<?> out) {
            if (status.getCode() == 0) {
                return false;
            }
            out.onError(Status.fromCodeValue(status.getCode())
                    .withDescription(status.getMessage())
                    .asRuntimeException());
            return true;
        }
    }
}
