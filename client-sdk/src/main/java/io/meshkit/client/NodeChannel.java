package io.meshkit.client;

import io.grpc.Channel;
import java.util.concurrent.TimeUnit;

/** One node with its channel and what the last attempts said about it. Thread-safe. */
final class NodeChannel {
    /** How long an unreachable node is passed over while others are left. */
    private static final long AVOID_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Endpoint endpoint;
    private final Connection connection;
    private volatile long avoidUntilNanos;
    private volatile boolean avoided;

    NodeChannel(Endpoint endpoint, Connection connection) {
        this.endpoint = endpoint;
        this.connection = connection;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    String node() {
        return endpoint.node();
    }

    /** The channel, ready to connect at once: gRPC's own pause between connection attempts grows to minutes. */
    Channel channel() {
        if (avoided) {
            connection.reconnect();
        }
        return connection.channel();
    }

    String transport() {
        return connection.transport();
    }

    void failed() {
        avoidUntilNanos = System.nanoTime() + AVOID_NANOS;
        avoided = true;
    }

    void answered() {
        avoided = false;
    }

    boolean isAvoided() {
        return avoided && avoidUntilNanos - System.nanoTime() > 0;
    }

    void close() {
        connection.close();
    }
}
