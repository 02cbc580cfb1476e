package io.meshkit.server.node;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meshkit.raft.Replica;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.verbs.Leadership;
import io.meshkit.server.verbs.QuorumStatus;
import io.meshkit.storage.DurableFiles;
import io.omnirelay.transport.BindFailedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Listens on the node port. */
public final class NodeServer implements AutoCloseable {
    private final Server server;

    private NodeServer(Server server) {
        this.server = server;
    }

    /**
     * @param more what members ask beside {@link NodeService}
     * @throws IOException if the port is taken
     */
    public static NodeServer start(
            ServerConfig config,
            MemberTls tls,
            NodeStanding standing,
            Replica replica,
            Leadership leadership,
            QuorumStatus status,
            DiskGate disk,
            List<BindableService> more,
            Executor executor)
            throws IOException {
        Path workDirectory = config.dataDirectory().resolve("sending");
        // What a transfer left behind when the process died.
        DurableFiles.deleteTree(workDirectory);
        CheckpointSender checkpoints =
                new CheckpointSender(replica, workDirectory, config.limits().checkpointBytesPerSecond());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(
                        config.listen().host(), config.listen().nodePort()))
                .sslContext(tls.server())
                .executor(executor)
                .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMessageSize(NodeService.MESSAGE_BYTES_MAX)
                .intercept(new NodeGate(replica, standing))
                .addService(new NodeService(replica, leadership, status, checkpoints, disk));
        more.forEach(builder::addService);
        Server server = builder.build();
        try {
            return new NodeServer(server.start());
        } catch (IOException e) {
            throw new BindFailedException(
                    "node-to-node calls",
                    config.listen().host(),
                    config.listen().nodePort(),
                    e);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
