package io.meshkit.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One node with its channel and what the last attempts said about it. Thread-safe. */
final class NodeChannel {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    /** How long an unreachable node is passed over while others are left. */
    private static final long AVOID_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Endpoint endpoint;
    private final ManagedChannel channel;
    private volatile long avoidUntilNanos;
    private volatile boolean avoided;

    private NodeChannel(Endpoint endpoint, ManagedChannel channel) {
        this.endpoint = endpoint;
        this.channel = channel;
    }

    /** Makes the channel; connects with the first call. */
    static NodeChannel open(Endpoint endpoint, TlsMaterial tls) {
        return new NodeChannel(
                endpoint,
                OmniRelayChannel.builder(endpoint.host(), endpoint.grpcPort())
                        .tls(tls)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(KEEP_ALIVE)
                        .messageBytesMax(MESSAGE_BYTES_MAX)
                        .userAgent("meshkit-client")
                        .build());
    }

    /**
     * Reads the TLS files.
     *
     * @throws RegistryException INVALID_REQUEST if one cannot be read
     */
    static TlsMaterial tls(Security security) {
        try {
            return TlsMaterial.fromFiles(security.certificate(), security.key(), security.ca());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** What a caller is told about TLS files that do not hold. */
    static RegistryException unusable(Exception cause) {
        return RegistryException.of(
                ErrorCode.INVALID_REQUEST,
                "cannot use the TLS files: " + cause,
                "Check ca, certificate and key: PEM, and the key unencrypted PKCS #8.",
                cause);
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
            channel.resetConnectBackoff();
        }
        return channel;
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

    /** Ends all calls at once. */
    void close() {
        channel.shutdownNow();
    }
}
