package io.omnirelay.cli;

import com.google.protobuf.Message;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.ClusterServiceGrpc;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.PolicyServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.QuotaServiceGrpc;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.TransactionServiceGrpc;
import io.meshkit.v1.TransportServiceGrpc;
import io.meshkit.v1.VersionServiceGrpc;
import io.meshkit.v1.WatchServiceGrpc;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import io.omnirelay.transport.Errors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** A gRPC server with TLS that takes every verb of the contract: answers as told, else with an empty message. */
final class FakeRegistry implements AutoCloseable {
    static final List<ServiceDescriptor> SERVICES = List.of(
            PeerServiceGrpc.getServiceDescriptor(),
            ClusterServiceGrpc.getServiceDescriptor(),
            ShardServiceGrpc.getServiceDescriptor(),
            ConfigServiceGrpc.getServiceDescriptor(),
            VersionServiceGrpc.getServiceDescriptor(),
            AuditServiceGrpc.getServiceDescriptor(),
            AccessServiceGrpc.getServiceDescriptor(),
            BootstrapServiceGrpc.getServiceDescriptor(),
            PolicyServiceGrpc.getServiceDescriptor(),
            QuotaServiceGrpc.getServiceDescriptor(),
            TransactionServiceGrpc.getServiceDescriptor(),
            LeadershipServiceGrpc.getServiceDescriptor(),
            LeaseServiceGrpc.getServiceDescriptor(),
            QuorumServiceGrpc.getServiceDescriptor(),
            TransportServiceGrpc.getServiceDescriptor(),
            WatchServiceGrpc.getServiceDescriptor());

    /** A call as it arrived. */
    record Call(String method, Message request) {}

    private final Map<String, Function<Message, Message>> answers = new ConcurrentHashMap<>();
    private final Map<String, Queue<Consumer<StreamObserver<Message>>>> streams = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Server server;
    private final Path context;

    FakeRegistry(Path directory) throws IOException {
        CertificateAuthority authority = CertificateAuthority.create("test ca", Duration.ofHours(1));
        Credential credential = authority.issue(
                CertificateRequest.forServer("node-1", List.of("127.0.0.1"), null, Duration.ofHours(1)));
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .sslContext(GrpcSslContexts.forServer(
                                stream(credential.certificatePem()), stream(credential.privateKeyPem()))
                        .build())
                .fallbackHandlerRegistry(new HandlerRegistry() {
                    @Override
                    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authorityName) {
                        return SERVICES.stream()
                                .flatMap(service -> service.getMethods().stream())
                                .filter(method -> method.getFullMethodName().equals(name))
                                .findFirst()
                                .map(method -> definition(method))
                                .orElse(null);
                    }
                })
                .build()
                .start();
        Path ca =
                Files.writeString(directory.resolve("ca.pem"), authority.root().certificatePem());
        ClientContext written = new ClientContext(
                "test",
                "test",
                List.of(new Endpoint("node-1", "127.0.0.1", 0, server.getPort())),
                ca,
                null,
                null,
                null);
        context = Files.writeString(directory.resolve("client.yaml"), written.toYaml(directory));
    }

    private static ByteArrayInputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    @SuppressWarnings("unchecked") // Every verb of the contract takes and gives messages.
    private ServerMethodDefinition<?, ?> definition(MethodDescriptor<?, ?> any) {
        MethodDescriptor<Message, Message> method = (MethodDescriptor<Message, Message>) any;
        Message empty =
                ((MethodDescriptor.PrototypeMarshaller<Message>) method.getResponseMarshaller()).getMessagePrototype();
        if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
            return ServerMethodDefinition.create(method, ServerCalls.asyncServerStreamingCall((request, observer) -> {
                calls.add(new Call(method.getBareMethodName(), request));
                Consumer<StreamObserver<Message>> script = streams.computeIfAbsent(
                                method.getBareMethodName(), name -> new ConcurrentLinkedQueue<>())
                        .poll();
                if (script == null) {
                    observer.onError(Errors.toGrpc(RegistryException.of(ErrorCode.FORBIDDEN, "no more streams", "")));
                } else {
                    script.accept(observer);
                }
            }));
        }
        return ServerMethodDefinition.create(method, ServerCalls.asyncUnaryCall((request, observer) -> {
            calls.add(new Call(method.getBareMethodName(), request));
            try {
                observer.onNext(answers.getOrDefault(method.getBareMethodName(), r -> empty)
                        .apply(request));
                observer.onCompleted();
            } catch (RegistryException e) {
                observer.onError(Errors.toGrpc(e));
            }
        }));
    }

    /** Answers a verb; the answer may throw RegistryException. */
    FakeRegistry on(String method, Function<Message, Message> answer) {
        answers.put(method, answer);
        return this;
    }

    /** What the next call of a streaming verb is answered with; further calls are forbidden. */
    FakeRegistry onStream(String method, Consumer<StreamObserver<Message>> script) {
        streams.computeIfAbsent(method, name -> new ConcurrentLinkedQueue<>()).add(script);
        return this;
    }

    List<Call> calls() {
        return calls;
    }

    List<Message> requests(String method) {
        return calls.stream()
                .filter(call -> call.method().equals(method))
                .map(Call::request)
                .toList();
    }

    /** The client.yaml to reach it with. */
    Path context() {
        return context;
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }
}
