package io.meshkit.client;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.SharedTls;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.client.session.SessionChannel;
import io.omnirelay.transport.client.session.SessionOptions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The channels to one node, one per transport, each made when it is first needed. Thread-safe. */
final class Lanes {
    private static final String USER_AGENT = "meshkit-client";
    private static final int MESSAGE_BYTES_MAX = 64 << 20;
    private static final Duration TCP_CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TCP_KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration QUIC_CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration QUIC_SILENCE_TIMEOUT = Duration.ofSeconds(2);

    private final Endpoint endpoint;
    private final SharedTls tls;
    private final @Nullable Supplier<Metadata> sessionHeaders;
    private final Map<TransportKind, ManagedChannel> channels = new EnumMap<>(TransportKind.class);
    private final Map<TransportKind, Channel> calls = new EnumMap<>(TransportKind.class);
    private boolean closed;

    /** @param sessionHeaders of each session that is opened; null: calls go by themselves */
    Lanes(Endpoint endpoint, SharedTls tls, @Nullable Supplier<Metadata> sessionHeaders) {
        this.endpoint = endpoint;
        this.tls = tls;
        this.sessionHeaders = sessionHeaders;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /**
     * The channel, which connects with its first call.
     *
     * @throws IllegalArgumentException      if the TLS material does not hold
     * @throws RegistryException             INVALID_REQUEST if the node's port is not known
     * @throws UnsupportedOperationException for HTTP/3, if the native QUIC library does not load
     */
    synchronized ManagedChannel channel(TransportKind kind) {
        ManagedChannel existing = channels.get(kind);
        if (existing != null) {
            return existing;
        }
        ManagedChannel made = make(kind);
        if (closed) {
            made.shutdownNow();
        }
        channels.put(kind, made);
        return made;
    }

    /** What calls are made on: the channel, or a session on it. Throws as {@link #channel}. */
    synchronized Channel calls(TransportKind kind) {
        Channel existing = calls.get(kind);
        if (existing != null) {
            return existing;
        }
        ManagedChannel channel = channel(kind);
        Channel made =
                sessionHeaders == null ? channel : new SessionChannel(channel, SessionOptions.DEFAULT, sessionHeaders);
        calls.put(kind, made);
        return made;
    }

    /** As {@link #channel}, for what only HTTP/3 has. */
    Http3Channel http3() {
        return (Http3Channel) channel(TransportKind.HTTP3);
    }

    private ManagedChannel make(TransportKind kind) {
        return switch (kind) {
            case HTTP3 ->
                Http3Channel.builder(endpoint.host(), httpsPort(kind))
                        .tls(tls)
                        .connectTimeout(QUIC_CONNECT_TIMEOUT)
                        .silenceTimeout(QUIC_SILENCE_TIMEOUT)
                        .messageBytesMax(MESSAGE_BYTES_MAX)
                        .userAgent(USER_AGENT)
                        .build();
            case HTTP2 -> tcp(httpsPort(kind));
            case GRPC -> tcp(endpoint.grpcPort());
        };
    }

    private ManagedChannel tcp(int port) {
        return OmniRelayChannel.builder(endpoint.host(), port)
                .tls(tls)
                .connectTimeout(TCP_CONNECT_TIMEOUT)
                .keepAlive(TCP_KEEP_ALIVE)
                .messageBytesMax(MESSAGE_BYTES_MAX)
                .userAgent(USER_AGENT)
                .build();
    }

    private int httpsPort(TransportKind kind) {
        if (endpoint.httpsPort() == 0) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "transport " + kind + " needs the HTTPS port of " + endpoint.node() + ", which is not known",
                    "Add httpsPort to the endpoint, or use transport grpc.");
        }
        return endpoint.httpsPort();
    }

    /**
     * Ends the pause of each channel between attempts to connect: {@link Redial} has paused for all of them, and
     * gRPC's own grows to minutes. A channel of gRPC is put to rest: told to connect again, it would fail calls with
     * the reason of the last failure until it has; and left alone, it would connect again by itself.
     */
    synchronized void resetBackoff() {
        for (ManagedChannel channel : channels.values()) {
            if (channel instanceof Http3Channel) {
                channel.resetConnectBackoff();
            } else if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                channel.enterIdle();
            }
        }
    }

    /** Calls from now on go by new connections; those under way, streams too, end where they are. */
    synchronized void reconnect() {
        channels.values().forEach(ManagedChannel::enterIdle);
        for (Channel each : calls.values()) {
            if (each instanceof SessionChannel session) {
                session.reopen();
            }
        }
    }

    /** Ends all calls at once. */
    synchronized void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
