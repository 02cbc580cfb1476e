package io.meshkit.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** gRPC over HTTP/2 with TLS. */
final class NettyConnection implements Connection {
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    private final ManagedChannel channel;

    private NettyConnection(ManagedChannel channel) {
        this.channel = channel;
    }

    /**
     * Makes the channel; connects with the first call.
     *
     * @throws RegistryException INVALID_REQUEST if the CA, the certificate or the key cannot be read
     */
    static NettyConnection open(Endpoint endpoint, Security security) {
        SslContextBuilder tls = GrpcSslContexts.forClient();
        try {
            if (security.ca() != null) {
                tls.trustManager(security.ca().toFile());
            }
            if (security.certificate() != null && security.key() != null) {
                tls.keyManager(security.certificate().toFile(), security.key().toFile());
            }
            return new NettyConnection(NettyChannelBuilder.forAddress(endpoint.host(), endpoint.grpcPort())
                    .sslContext(tls.build())
                    .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                    .withOption(ChannelOption.TCP_NODELAY, true)
                    .keepAliveTime(10, TimeUnit.SECONDS)
                    .keepAliveTimeout(2, TimeUnit.SECONDS)
                    .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                    .disableRetry()
                    .build());
        } catch (SSLException | IllegalArgumentException e) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "cannot use the TLS files: " + e.getMessage(),
                    "Check ca, certificate and key: PEM, and the key unencrypted PKCS #8.",
                    e);
        }
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void reconnect() {
        channel.resetConnectBackoff();
    }

    @Override
    public String transport() {
        return "grpc;h2;protobuf";
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
