package io.meshkit.server.node;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.meshkit.raft.NodeId;
import io.meshkit.server.config.ServerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One persistent connection to each other member. Thread: any number.
 */
public final class MemberChannels implements AutoCloseable {
    private static final long KEEP_ALIVE_MS = 2_000;
    private static final long KEEP_ALIVE_TIMEOUT_MS = 1_000;

    /** A member that has just come back must not wait for gRPC's own backoff, which grows to minutes. */
    private static final long RECONNECT_MS = 100;

    private final Map<NodeId, ManagedChannel> channels;
    private final ScheduledExecutorService reconnector = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("node-reconnect").factory());

    private MemberChannels(Map<NodeId, ManagedChannel> channels) {
        this.channels = Map.copyOf(channels);
        var unused =
                reconnector.scheduleWithFixedDelay(this::reconnect, RECONNECT_MS, RECONNECT_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * @param executor runs callbacks
     */
    public static MemberChannels open(ServerConfig config, MemberTls tls, Executor executor) {
        Map<NodeId, ManagedChannel> channels = new HashMap<>();
        for (ServerConfig.Member member : config.members()) {
            if (!member.node().equals(config.node())) {
                channels.put(new NodeId(member.node()), channel(tls, member, executor));
            }
        }
        return new MemberChannels(channels);
    }

    private static ManagedChannel channel(MemberTls tls, ServerConfig.Member member, Executor executor) {
        return NettyChannelBuilder.forAddress(member.host(), member.nodePort())
                .sslContext(tls.client(member.node()))
                .executor(executor)
                .keepAliveTime(KEEP_ALIVE_MS, TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .keepAliveWithoutCalls(true)
                .idleTimeout(30, TimeUnit.DAYS)
                .maxInboundMessageSize(NodeService.MESSAGE_BYTES_MAX)
                .disableRetry()
                .build();
    }

    /**
     * @throws IllegalArgumentException if it is no other member
     */
    ManagedChannel to(NodeId member) {
        ManagedChannel channel = channels.get(member);
        if (channel == null) {
            throw new IllegalArgumentException("no other member: " + member);
        }
        return channel;
    }

    private void reconnect() {
        for (ManagedChannel channel : channels.values()) {
            switch (channel.getState(true)) {
                case TRANSIENT_FAILURE -> channel.resetConnectBackoff();
                case IDLE, CONNECTING, READY, SHUTDOWN -> {
                    // Asking for the state has made an idle channel connect.
                }
            }
        }
    }

    @Override
    public void close() {
        reconnector.shutdownNow();
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
