package io.omnirelay.transport;

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
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.pki.PeerIdentity;
import io.omnirelay.test.v1.BehaveRequest;
import io.omnirelay.test.v1.BehaveResponse;
import io.omnirelay.test.v1.Book;
import io.omnirelay.test.v1.BookResponse;
import io.omnirelay.test.v1.CreateBookRequest;
import io.omnirelay.test.v1.DeleteBookRequest;
import io.omnirelay.test.v1.EchoRequest;
import io.omnirelay.test.v1.GetBookRequest;
import io.omnirelay.test.v1.LendBookRequest;
import io.omnirelay.test.v1.LibraryServiceGrpc;
import io.omnirelay.test.v1.ListBooksRequest;
import io.omnirelay.test.v1.ListBooksResponse;
import io.omnirelay.test.v1.MergeRequest;
import io.omnirelay.test.v1.MergeResponse;
import io.omnirelay.test.v1.UpdateBookRequest;
import io.omnirelay.test.v1.WatchBooksRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server with a service that echoes what it was asked, for tests on real sockets. */
public final class LibraryFixture implements AutoCloseable {
    static final Context.Key<String> CALLER = Context.key("caller");
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> HEAD_FIRST = Metadata.Key.of("x-head-first", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> ECHO = Metadata.Key.of("x-echo", Metadata.ASCII_STRING_MARSHALLER);

    public final Queue<TransportEvents.RequestSummary> summaries = new ConcurrentLinkedQueue<>();
    public final Queue<String> connections = new ConcurrentLinkedQueue<>();
    /** Counted down when a call that never answers sees its cancellation; by its default deadline after 15 s. */
    public final CountDownLatch cancelled = new CountDownLatch(1);

    public final CountDownLatch neverStarted = new CountDownLatch(1);
    /** A call of kind "wait" answers when this opens. */
    public final CountDownLatch gate = new CountDownLatch(1);

    /** Calls of kind "wait" that have reached the service. */
    public final AtomicInteger waiting = new AtomicInteger();

    public final OmniRelayServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    public LibraryFixture() {
        this(TransportLimits.defaults());
    }

    public LibraryFixture(TransportLimits limits) {
        this(limits, 0);
    }

    public LibraryFixture(TransportLimits limits, int httpsPort) {
        try {
            server = builder(limits).httpsPort(httpsPort).start();
        } catch (BindFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    private LibraryFixture(ServerTls tls, int httpsPort, int grpcPort) throws BindFailedException {
        server = builder(TransportLimits.defaults())
                .tls(tls)
                .httpsPort(httpsPort)
                .grpcPort(grpcPort)
                .start();
    }

    /** With certificates of the caller, on given ports. */
    public static LibraryFixture on(ServerTls tls, int httpsPort, int grpcPort) throws BindFailedException {
        return new LibraryFixture(tls, httpsPort, grpcPort);
    }

    private LibraryFixture(ServerTls tls, ClientCertificates mode) throws BindFailedException {
        server = builder(TransportLimits.defaults())
                .tls(tls)
                .clientCertificates(mode, mode, mode)
                .start();
    }

    /** With certificates of the caller, and one rule for all endpoints. */
    public static LibraryFixture asking(ServerTls tls, ClientCertificates mode) throws BindFailedException {
        return new LibraryFixture(tls, mode);
    }

    OmniRelayServer.Builder builder(TransportLimits limits) {
        return OmniRelayServer.builder()
                .tls(TestPki.server())
                .executor(executor)
                .limits(limits)
                .events(new Recorder())
                .route(new Route("/healthz", request -> Route.Response.text(200, "ok")))
                .route(new Route("/page", request -> new Route.Response(200, "text/html; charset=utf-8", page())))
                .route(new Route("/broken", request -> {
                    throw new IllegalStateException("secret reason");
                }))
                .services(List.of(ServerInterceptors.intercept(new Library(), new HeadFirst(), new Identify())));
    }

    /** What a browser is shown. */
    private static byte[] page() throws IOException {
        try (InputStream page = LibraryFixture.class.getResourceAsStream("/interop/page.html")) {
            return Objects.requireNonNull(page).readAllBytes();
        }
    }

    @Override
    public void close() {
        server.close();
        executor.shutdownNow();
    }

    private final class Recorder implements TransportEvents {
        @Override
        public void connectionOpened(NegotiatedTransport.Protocol protocol, java.net.SocketAddress remote) {
            connections.add("opened " + protocol.label());
        }

        @Override
        public void connectionClosed(NegotiatedTransport.Protocol protocol, java.net.SocketAddress remote) {
            connections.add("closed " + protocol.label());
        }

        @Override
        public void connectionRefused(
                java.net.SocketAddress remote, io.omnirelay.transport.Refusal reason, String detail) {
            connections.add("refused " + reason + ": " + detail);
        }

        @Override
        public void requestFinished(RequestSummary summary) {
            summaries.add(summary);
        }
    }

    /** Stands for a server's authentication: the same on every transport. */
    private static final class Identify implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            if ("Bearer wrong".equals(headers.get(AUTHORIZATION))) {
                call.close(Status.UNAUTHENTICATED.withDescription("The token does not hold"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            String caller = PeerIdentity.of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
                    .flatMap(PeerIdentity::spiffeId)
                    .orElse("anonymous");
            String text = caller + " " + call.getAttributes().get(NegotiatedTransport.KEY) + " "
                    + headers.get(AUTHORIZATION) + " " + call.getSecurityLevel() + " "
                    + (call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null);
            return Contexts.interceptCall(Context.current().withValue(CALLER, text), call, headers, next);
        }
    }

    /** Sends the headers of a call that asks for it at once, as a watch does that has begun. */
    private static final class HeadFirst implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            if (headers.get(HEAD_FIRST) == null) {
                return next.startCall(call, headers);
            }
            call.sendHeaders(new Metadata());
            return next.startCall(
                    new SimpleForwardingServerCall<Q, R>(call) {
                        @Override
                        public void sendHeaders(Metadata ignored) {
                            // They are sent.
                        }
                    },
                    headers);
        }
    }

    private final class Library extends LibraryServiceGrpc.LibraryServiceImplBase {
        @Override
        public void createBook(CreateBookRequest request, StreamObserver<BookResponse> out) {
            answer(out, request.getBook(), request.toString());
        }

        @Override
        public void updateBook(UpdateBookRequest request, StreamObserver<BookResponse> out) {
            answer(
                    out,
                    request.getBook(),
                    String.join(",", request.getUpdateMask().getPathsList()));
        }

        @Override
        public void lendBook(LendBookRequest request, StreamObserver<BookResponse> out) {
            answer(out, Book.newBuilder().setId(request.getId()).build(), request.toString());
        }

        @Override
        public void deleteBook(DeleteBookRequest request, StreamObserver<BookResponse> out) {
            answer(out, Book.newBuilder().setId(request.getId()).build(), request.toString());
        }

        @Override
        public void getBook(GetBookRequest request, StreamObserver<BookResponse> out) {
            answer(out, Book.newBuilder().setId(request.getId()).build(), request.toString());
        }

        private void answer(StreamObserver<BookResponse> out, Book book, String echo) {
            out.onNext(BookResponse.newBuilder()
                    .setBook(book)
                    .setEtag("42")
                    .setRevision(42)
                    .setEcho(echo)
                    .build());
            out.onCompleted();
        }

        @Override
        public void listBooks(ListBooksRequest request, StreamObserver<ListBooksResponse> out) {
            out.onNext(ListBooksResponse.newBuilder().setRequest(request).build());
            out.onCompleted();
        }

        @Override
        public void merge(MergeRequest request, StreamObserver<MergeResponse> out) {
            out.onNext(MergeResponse.newBuilder().setPatch(request.getPatch()).build());
            out.onCompleted();
        }

        @Override
        public void echo(EchoRequest request, StreamObserver<EchoRequest> out) {
            out.onNext(request);
            out.onCompleted();
        }

        @Override
        public void behave(BehaveRequest request, StreamObserver<BehaveResponse> out) {
            switch (request.getWhat()) {
                case "registry-error" ->
                    out.onError(Errors.toGrpc(new RegistryException(RegistryException.detail(
                                    ErrorCode.valueOf(request.getText()), "what is wrong", "what to do")
                            .setCurrentRevision(7)
                            .setRetryDelay(RegistryException.millis(1500))
                            .setLeaderHint("node-2")
                            .setField("peer.id")
                            .build())));
                case "status" ->
                    out.onError(Status.fromCodeValue(request.getNumber())
                            .withDescription(request.getText())
                            .asRuntimeException());
                case "throw" -> throw new IllegalStateException("a bug with a secret");
                case "never" -> {
                    ((ServerCallStreamObserver<BehaveResponse>) out).setOnCancelHandler(cancelled::countDown);
                    neverStarted.countDown();
                }
                case "wait" -> {
                    waiting.incrementAndGet();
                    neverStarted.countDown();
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    out.onNext(BehaveResponse.newBuilder().setText("waited").build());
                    out.onCompleted();
                }
                case "big" -> {
                    out.onNext(BehaveResponse.newBuilder()
                            .setData(ByteString.copyFrom(new byte[request.getNumber()]))
                            .build());
                    out.onCompleted();
                }
                case "nothing" -> out.onCompleted();
                default -> {
                    out.onNext(BehaveResponse.newBuilder().setText(CALLER.get()).build());
                    out.onCompleted();
                }
            }
        }

        @Override
        public void watchBooks(WatchBooksRequest request, StreamObserver<BookResponse> out) {
            for (int i = 1; i <= request.getCount(); i++) {
                out.onNext(BookResponse.newBuilder().setRevision(i).build());
            }
            switch (request.getThen()) {
                case "fail" -> out.onError(Errors.toGrpc(RegistryException.of(ErrorCode.COMPACTED, "gone", "")));
                case "never" -> ((ServerCallStreamObserver<BookResponse>) out).setOnCancelHandler(cancelled::countDown);
                default -> out.onCompleted();
            }
        }
    }
}
