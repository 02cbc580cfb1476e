package io.omnirelay.transport.client.http3;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.netty.channel.EventLoop;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TlsSource;
import io.omnirelay.transport.client.SharedTls;
import io.omnirelay.transport.http3.Http3Options;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel to one endpoint by gRPC over HTTP/3.
 *
 * <p>Connects at the first call, again after a connection was lost or drained, with growing pauses while that
 * fails. Calls beyond the server's stream limit wait for their turn. A request that the server has refused
 * unseen is repeated. One endpoint, no load balancing: who wants several makes several channels.
 *
 * <p>Thread: any. Who made it shuts it down.
 */
public final class Http3Channel extends ManagedChannel {
    private final ChannelSettings settings;
    private final Transport transport;

    private Http3Channel(ChannelSettings settings) {
        this.settings = settings;
        EventLoop loop = ClientLoops.next();
        this.transport = new Transport(settings, loop);
    }

    /**
     * A builder.
     *
     * @param host name or address; the server's certificate must carry it, unless the authority is overridden
     * @param port the endpoint's HTTPS port
     */
    public static Builder builder(String host, int port) {
        return new Builder(host, port);
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        return new Http3ClientCall<>(transport, settings, method, options);
    }

    /** Host and port, or what overrides them: what the server is asked for. */
    @Override
    public String authority() {
        return settings.authority();
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        if (requestConnection) {
            transport.connectNow();
        }
        return transport.state();
    }

    /**
     * Makes a connection now unless there is one, without waiting for the end of a pause.
     *
     * @return completes, on the event loop, when there is a connection; fails with {@link Http3ConnectException}
     */
    public CompletableFuture<Void> connect() {
        return transport.connection();
    }

    /** Whether the server has sent a packet in answer to the attempt to connect that is under way. */
    public boolean isAnswered() {
        return transport.isAnswered();
    }

    /** How long the attempt to connect that is under way has waited since its first packet; zero without one. */
    public Duration waited() {
        return Duration.ofNanos(transport.waitedNanos());
    }

    /** The next call connects anew; calls under way end on the connection that they have. */
    @Override
    public void enterIdle() {
        transport.reconnect();
    }

    /** Ends the pause after a failed attempt to connect. */
    @Override
    public void resetConnectBackoff() {
        transport.resetBackoff();
    }

    /** Takes no new calls; those under way go on, then the connection closes. */
    @Override
    public ManagedChannel shutdown() {
        transport.shutdown(false);
        return this;
    }

    /** Takes no new calls and cancels those under way. */
    @Override
    public ManagedChannel shutdownNow() {
        transport.shutdown(true);
        return this;
    }

    @Override
    public boolean isShutdown() {
        return transport.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return transport.terminated().getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        CountDownLatch terminated = transport.terminated();
        return terminated.await(timeout, unit);
    }

    /** What a channel is made of. */
    public static final class Builder {
        private final String host;
        private final int port;
        private SharedTls tls = SharedTls.of(new TlsMaterial(null, null, null));
        private @Nullable String authority;
        private @Nullable Executor executor;
        private @Nullable String userAgent;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private Duration silenceTimeout = Duration.ofSeconds(5);
        private int messageBytesMax = 16 << 20;
        private int headerBytesMax = 16 << 10;
        private int callsWaitingMax = 10_000;
        private int streamWindowBytes = Http3Options.defaults().streamWindowBytes();
        private int connectionWindowBytes = Http3Options.defaults().connectionWindowBytes();

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

        /** Runs callbacks. Default: a pool of daemon threads that all channels share. */
        public Builder executor(Executor value) {
            this.executor = value;
            return this;
        }

        /** Put before our own. Default none. */
        public Builder userAgent(String value) {
            this.userAgent = value;
            return this;
        }

        /** From the first packet to the end of the handshake. Default 5 s. */
        public Builder connectTimeout(Duration value) {
            this.connectTimeout = value;
            return this;
        }

        /** A connection on which nothing is received for so long is dead or not needed. Default 30 s. */
        public Builder idleTimeout(Duration value) {
            this.idleTimeout = value;
            return this;
        }

        /**
         * During a call, a connection on which nothing is received for so long is asked for a sign of life, and is
         * dead after as long again: its calls end UNAVAILABLE. Default 5 s; longer than the longest pause of a
         * healthy server.
         */
        public Builder silenceTimeout(Duration value) {
            this.silenceTimeout = value;
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

        /** Calls that may wait for a connection or a stream; over it they fail. Default 10,000. */
        public Builder callsWaitingMax(int value) {
            this.callsWaitingMax = value;
            return this;
        }

        /** Bytes that the server may send ahead, at first: on one stream, and on all. Default 256 KiB and 4 MiB. */
        public Builder windows(int streamBytes, int connectionBytes) {
            this.streamWindowBytes = streamBytes;
            this.connectionWindowBytes = connectionBytes;
            return this;
        }

        /**
         * Makes the channel; it connects at the first call.
         *
         * @throws IllegalArgumentException if the TLS material does not hold
         * @throws UnsupportedOperationException if the native QUIC library does not load
         */
        public Http3Channel build() {
            ClientLoops.requireQuic();
            return new Http3Channel(new ChannelSettings(
                    host,
                    port,
                    authority == null ? host + ":" + port : authority,
                    authority == null ? host : authority,
                    tls.quic(),
                    executor == null ? ClientLoops.callbacks() : executor,
                    (userAgent == null ? "" : userAgent + " ") + "omnirelay-http3",
                    connectTimeout,
                    idleTimeout,
                    silenceTimeout,
                    messageBytesMax,
                    headerBytesMax,
                    callsWaitingMax,
                    streamWindowBytes,
                    connectionWindowBytes));
        }
    }
}
