package io.omnirelay.transport.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TlsSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes channels to an OmniRelay endpoint: gRPC over HTTP/2 with TLS 1.3 and a pinned CA. */
public final class OmniRelayChannel {
    private OmniRelayChannel() {}

    /**
     * A builder.
     *
     * @param host name or address; the server's certificate must carry it, unless the authority is overridden
     * @param port the endpoint's gRPC port
     */
    public static Builder builder(String host, int port) {
        return new Builder(host, port);
    }

    /** What a channel is made of. */
    public static final class Builder {
        private static final int KEEP_ALIVE_TIMEOUT_S = 10;

        private final String host;
        private final int port;
        private SharedTls tls = SharedTls.of(new TlsMaterial(null, null, null));
        private @Nullable String authority;
        private @Nullable Executor executor;
        private @Nullable String userAgent;
        private Duration keepAlive = Duration.ofSeconds(30);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private int messageBytesMax = 16 << 20;
        private int headerBytesMax = 16 << 10;

        private Builder(String host, int port) {
            this.host = host;
            this.port = port;
        }

        /** Whom to trust, and optionally our certificate. Default: the platform's CAs, no certificate. */
        public Builder tls(TlsMaterial value) {
            return tls(TlsSource.of(value));
        }

        /** As {@link #tls(TlsMaterial)}, asked again before each connection: rotated files need no new channel. */
        public Builder tls(TlsSource value) {
            return tls(new SharedTls(value));
        }

        /** As {@link #tls(TlsSource)}, with contexts that other channels use, too. */
        public Builder tls(SharedTls value) {
            this.tls = value;
            return this;
        }

        /** The name that the server's certificate must carry, where it is not the host. */
        public Builder overrideAuthority(String value) {
            this.authority = value;
            return this;
        }

        /** Runs callbacks. Default: gRPC's shared pool. */
        public Builder executor(Executor value) {
            this.executor = value;
            return this;
        }

        /** Put before grpc-java's own. Default none. */
        public Builder userAgent(String value) {
            this.userAgent = value;
            return this;
        }

        /** Without traffic during a call, ping after this; finds dead connections. Default 30 s, at least 10 s. */
        public Builder keepAlive(Duration value) {
            this.keepAlive = value;
            return this;
        }

        /** For a TCP connection to be made. Default 10 s; the first call's deadline does not shorten it. */
        public Builder connectTimeout(Duration value) {
            this.connectTimeout = value;
            return this;
        }

        /** Largest answer that is taken, in bytes. Default 16 MiB. */
        public Builder messageBytesMax(int value) {
            this.messageBytesMax = value;
            return this;
        }

        /** Largest header that is taken, in bytes. Default 16 KiB. */
        public Builder headerBytesMax(int value) {
            this.headerBytesMax = value;
            return this;
        }

        /**
         * Makes the channel; it connects at the first call. Who made it shuts it down.
         *
         * @throws IllegalArgumentException if the TLS material does not hold
         */
        public ManagedChannel build() {
            NettyChannelBuilder builder = NettyChannelBuilder.forAddress(host, port)
                    .sslContext(tls.tcp())
                    .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                    .keepAliveTime(keepAlive.toMillis(), TimeUnit.MILLISECONDS)
                    .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_S, TimeUnit.SECONDS)
                    .maxInboundMessageSize(messageBytesMax)
                    .maxInboundMetadataSize(headerBytesMax);
            if (authority != null) {
                builder.overrideAuthority(authority);
            }
            if (executor != null) {
                builder.executor(executor);
            }
            if (userAgent != null) {
                builder.userAgent(userAgent);
            }
            return builder.build();
        }
    }
}
