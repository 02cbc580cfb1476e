package io.meshkit.server.node;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meshkit.raft.Replica;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.verbs.Leadership;
import io.meshkit.server.verbs.QuorumStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Listens on the node port. */
public final class NodeServer implements AutoCloseable {
    private final Server server;

    private NodeServer(Server server) {
        this.server = server;
    }

    /**
     * @throws IOException if the port is taken, or a PEM file cannot be read
     * @throws GeneralSecurityException if a PEM file does not hold what it should
     */
    public static NodeServer start(
            ServerConfig config, Replica replica, Leadership leadership, QuorumStatus status, Executor executor)
            throws IOException, GeneralSecurityException {
        CheckpointSender checkpoints = new CheckpointSender(
                replica,
                config.dataDirectory().resolve("sending"),
                config.limits().checkpointBytesPerSecond());
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(
                        config.listen().host(), config.listen().nodePort()))
                .sslContext(NodeTls.server(config))
                .executor(executor)
                .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMessageSize(NodeService.MESSAGE_BYTES_MAX)
                .addService(new NodeService(replica, leadership, status, checkpoints))
                .build()
                .start();
        return new NodeServer(server);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
