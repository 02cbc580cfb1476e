package io.meshkit.client;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.stub.StreamObserver;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerServiceGrpc.PeerServiceImplBase;
import io.meshkit.v1.QuorumServiceGrpc.QuorumServiceImplBase;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.TransferLeadershipResponse;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.OmniRelayServer;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.http3.Http3Options;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A node with all of the real transports, and some verbs that remember what they were asked. */
final class WholeNode implements AutoCloseable {
    final List<String> cordons = new CopyOnWriteArrayList<>();
    /** Of every call to the peers, why it did not come by HTTP/3. */
    final List<String> reasons = new CopyOnWriteArrayList<>();

    final AtomicInteger transfers = new AtomicInteger();
    final AtomicInteger quicConnections = new AtomicInteger();

    private final TestTls tls;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private int httpsPort;
    private int grpcPort;
    private OmniRelayServer server;

    WholeNode(TestTls tls, boolean http3) throws Exception {
        this.tls = tls;
        start(http3);
    }

    /** On the same ports as before. */
    void start(boolean http3) throws IOException {
        server = OmniRelayServer.builder()
                .httpsPort(httpsPort)
                .grpcPort(grpcPort)
                .tls(TlsMaterial.fromFiles(tls.certificate(), tls.key(), null))
                .executor(executor)
                .http3(http3 ? Http3Options.defaults() : Http3Options.disabled())
                .services(List.of(
                        ServerInterceptors.intercept(new Peers().bindService(), new Reasons()),
                        new Quorum().bindService()))
                .events(new TransportEvents() {
                    @Override
                    public void connectionOpened(Protocol protocol, SocketAddress remote) {
                        count(protocol, 1);
                    }

                    @Override
                    public void connectionClosed(Protocol protocol, SocketAddress remote) {
                        count(protocol, -1);
                    }
                })
                .start();
        httpsPort = server.httpsPort();
        grpcPort = server.grpcPort();
    }

    private void count(Protocol protocol, int by) {
        if (protocol == Protocol.HTTP_3) {
            quicConnections.addAndGet(by);
        }
    }

    /** As a process that ends: what is under way is cut after the time. */
    void stop(Duration within) throws InterruptedException {
        server.shutdown(within);
    }

    int httpsPort() {
        return httpsPort;
    }

    Endpoint endpoint() {
        return new Endpoint("node-1", "127.0.0.1", httpsPort, grpcPort);
    }

    Endpoint through(Gate gate) {
        return new Endpoint("node-1", "127.0.0.1", gate.port(), grpcPort);
    }

    private final class Reasons implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            reasons.add(String.valueOf(
                    headers.get(Metadata.Key.of("x-omnirelay-downgrade", Metadata.ASCII_STRING_MARSHALLER))));
            return next.startCall(call, headers);
        }
    }

    private final class Peers extends PeerServiceImplBase {
        @Override
        public void getPeer(GetPeerRequest request, StreamObserver<GetPeerResponse> observer) {
            observer.onNext(GetPeerResponse.newBuilder()
                    .setPeer(Peer.newBuilder().setId(request.getId()))
                    .build());
            observer.onCompleted();
        }

        @Override
        public void cordonPeer(CordonPeerRequest request, StreamObserver<PeerMutationResponse> observer) {
            cordons.add(request.getOptions().getRequestId());
            observer.onNext(PeerMutationResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private final class Quorum extends QuorumServiceImplBase {
        @Override
        public void getQuorumStatus(GetQuorumStatusRequest request, StreamObserver<GetQuorumStatusResponse> observer) {
            observer.onNext(GetQuorumStatusResponse.getDefaultInstance());
            observer.onCompleted();
        }

        @Override
        public void transferLeadership(
                TransferLeadershipRequest request, StreamObserver<TransferLeadershipResponse> observer) {
            transfers.incrementAndGet();
            observer.onNext(TransferLeadershipResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdown(Duration.ZERO);
        executor.shutdownNow();
    }
}
