package io.meshkit.server.node;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.NodeId;
import io.meshkit.server.members.MemberDirectory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    private final MemberDirectory directory;
    private final MemberTls tls;
    private final Executor executor;
    private final Map<NodeId, Link> links = new ConcurrentHashMap<>();
    private final ScheduledExecutorService reconnector = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("node-reconnect").factory());

    private record Link(String address, ManagedChannel channel) {}

    private MemberChannels(MemberDirectory directory, MemberTls tls, Executor executor) {
        this.directory = directory;
        this.tls = tls;
        this.executor = executor;
        var unused =
                reconnector.scheduleWithFixedDelay(this::reconnect, RECONNECT_MS, RECONNECT_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * @param directory says where members are
     * @param executor  runs callbacks
     */
    public static MemberChannels open(MemberDirectory directory, MemberTls tls, Executor executor) {
        return new MemberChannels(directory, tls, executor);
    }

    private ManagedChannel connect(NodeId node, String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        return NettyChannelBuilder.forAddress(
                        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                        Integer.parseInt(address.substring(colon + 1)))
                .sslContext(tls.client(node.value()))
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
     * @throws RegistryException NO_LEADER if nobody knows where the node is: nothing was sent
     */
    ManagedChannel to(NodeId member) {
        String address = directory
                .nodeAddress(member)
                .orElseThrow(() -> RegistryException.of(
                        ErrorCode.NO_LEADER, "it is not known where " + member + " is", "try again in a moment"));
        Link link = links.compute(member, (node, known) -> {
            if (known != null && known.address().equals(address)) {
                return known;
            }
            if (known != null) {
                known.channel().shutdown();
            }
            return new Link(address, connect(node, address));
        });
        return link.channel();
    }

    /** Closes the connection to the node; another is made when it is needed. Calls under way fail. */
    public void disconnect(NodeId member) {
        Link link = links.remove(member);
        if (link != null) {
            link.channel().shutdownNow();
        }
    }

    private void reconnect() {
        for (Map.Entry<NodeId, Link> entry : links.entrySet()) {
            ManagedChannel channel = entry.getValue().channel();
            if (directory.find(entry.getKey()).isEmpty()) {
                links.remove(entry.getKey(), entry.getValue());
                channel.shutdown();
                continue;
            }
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
        links.values().forEach(link -> link.channel().shutdownNow());
    }
}
