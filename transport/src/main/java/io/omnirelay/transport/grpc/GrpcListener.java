package io.omnirelay.transport.grpc;

import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ServerChannel;
import io.netty.handler.ssl.SslContext;
import io.omnirelay.transport.BindFailedException;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.http.ConnectionLimit;
import io.omnirelay.transport.http.EventLoops;
import io.omnirelay.transport.http.Http2Floods;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** gRPC over HTTP/2 on a port of its own, with {@code grpc.health.v1} and reflection. */
public final class GrpcListener {
    private static final int KEEP_ALIVE_TIMEOUT_S = 20;

    private final Server server;

    private GrpcListener(Server server) {
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param port            0 for one that is free
     * @param reflectionGuard stands before reflection, which tells strangers what there is; empty: nothing does
     * @throws BindFailedException if the address cannot be had
     */
    public static GrpcListener start(
            EventLoops loops,
            String host,
            int port,
            SslContext tls,
            TransportLimits limits,
            TransportEvents events,
            Collection<ServerServiceDefinition> services,
            HealthStatusManager health,
            List<ServerInterceptor> reflectionGuard,
            Executor executor)
            throws BindFailedException {
        Set<String> methods = services.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(method -> method.getMethodDescriptor().getFullMethodName())
                .collect(Collectors.toUnmodifiableSet());
        TransportMarks marks = new TransportMarks(events);
        ConnectionLimit connections = new ConnectionLimit(limits.connectionsMax(), events);
        HandshakeWatch handshakes = new HandshakeWatch(events);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                .sslContext(tls)
                .executor(executor)
                .bossEventLoopGroup(loops.acceptors())
                .workerEventLoopGroup(loops.workers())
                .channelFactory(() -> {
                    ServerChannel channel = loops.newChannel();
                    channel.pipeline().addLast(connections, handshakes);
                    return channel;
                })
                .maxInboundMessageSize(limits.requestBodyBytesMax())
                .maxInboundMetadataSize(limits.headerBytesMax())
                .maxConcurrentCallsPerConnection(limits.streamsPerConnectionMax())
                .maxRstFramesPerWindow(Http2Floods.RESETS_MAX, Http2Floods.RESETS_WINDOW_S)
                .handshakeTimeout(limits.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(limits.grpcIdleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(limits.grpcKeepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_S, TimeUnit.SECONDS)
                .permitKeepAliveTime(limits.grpcKeepAlivePermit().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addTransportFilter(marks)
                .addStreamTracerFactory(new CallCounter(methods, events))
                .intercept(marks)
                .addServices(services.stream().toList())
                .addService(health.getHealthService())
                .addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), reflectionGuard));
        try {
            return new GrpcListener(builder.build().start());
        } catch (IOException e) {
            throw new BindFailedException("grpc", host, port, e);
        }
    }

    /** The port that is really listened on. */
    public int port() {
        return server.getPort();
    }

    /** Takes no new connections and calls; tells the callers by GOAWAY. */
    public void drain() {
        server.shutdown();
    }

    /**
     * Waits until the calls have ended, then cuts what is left.
     *
     * @return true if nothing had to be cut
     */
    public boolean close(Duration within) throws InterruptedException {
        boolean clean = server.awaitTermination(Math.max(1, within.toNanos()), TimeUnit.NANOSECONDS);
        server.shutdownNow();
        if (!clean) {
            server.awaitTermination(2, TimeUnit.SECONDS);
        }
        return clean;
    }
}
