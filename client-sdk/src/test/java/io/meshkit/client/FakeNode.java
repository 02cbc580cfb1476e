package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.meshkit.api.RegistryException;
import io.omnirelay.transport.Errors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A gRPC server with TLS on the loopback that answers as a test tells it to. */
final class FakeNode implements AutoCloseable {
    /** What a handler returns to leave the call without an answer. */
    static final Message SILENCE = null;

    private final String id;
    private final TestTls tls;
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new ConcurrentHashMap<>();
    private final List<Message> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private int port;
    private Server server;

    FakeNode(String id, TestTls tls) {
        this.id = id;
        this.tls = tls;
        start();
    }

    void start() {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                    .sslContext(GrpcSslContexts.forServer(
                                    tls.certificate().toFile(), tls.key().toFile())
                            .build())
                    .fallbackHandlerRegistry(new HandlerRegistry() {
                        @Override
                        public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
                            return methods.get(name);
                        }
                    })
                    .build()
                    .start();
            port = server.getPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client of this node alone, as it comes. The caller closes it. */
    MeshKitClient client() {
        return MeshKitClient.builder()
                .endpoints(List.of(endpoint()))
                .ca(tls.ca())
                .build();
    }

    void stop() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers a verb; the handler may throw RegistryException, or return {@link #SILENCE}. */
    <Q extends Message, R extends Message> FakeNode on(MethodDescriptor<Q, R> method, Function<Q, R> handler) {
        ServerCallHandler<Q, R> unary = ServerCalls.asyncUnaryCall((request, observer) -> {
            requests.add(request);
            try {
                R response = handler.apply(request);
                if (response != SILENCE) {
                    observer.onNext(response);
                    observer.onCompleted();
                }
            } catch (RegistryException e) {
                observer.onError(Errors.toGrpc(e));
            }
        });
        methods.put(method.getFullMethodName(), ServerMethodDefinition.create(method, new ServerCallHandler<Q, R>() {
            @Override
            public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
                String authorization = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
                authorizations.add(String.valueOf(authorization));
                return unary.startCall(call, headers);
            }
        }));
        return this;
    }

    /** Takes a streaming verb: the handler is given each call, and may keep the stream. */
    <Q extends Message, R extends Message> FakeNode onStream(
            MethodDescriptor<Q, R> method, BiConsumer<Q, ServerCallStreamObserver<R>> handler) {
        ServerCallHandler<Q, R> streaming = ServerCalls.asyncServerStreamingCall((request, observer) -> {
            requests.add(request);
            handler.accept(request, (ServerCallStreamObserver<R>) observer);
        });
        methods.put(method.getFullMethodName(), ServerMethodDefinition.create(method, (call, headers) -> {
            String authorization = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            authorizations.add(String.valueOf(authorization));
            return streaming.startCall(call, headers);
        }));
        return this;
    }

    String id() {
        return id;
    }

    Endpoint endpoint() {
        return new Endpoint(id, "127.0.0.1", 0, port);
    }

    /** Of all verbs, in the order of arrival. */
    List<Message> requests() {
        return requests;
    }

    List<String> authorizations() {
        return authorizations;
    }

    @Override
    public void close() {
        stop();
    }
}
