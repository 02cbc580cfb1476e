package io.omnirelay.transport.client.http3;

import io.netty.handler.codec.quic.QuicSslContext;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What {@link Http3Channel.Builder} has collected; its setters say what each is. */
record ChannelSettings(
        String host,
        int port,
        String authority,
        String serverName,
        Supplier<QuicSslContext> tls,
        Executor executor,
        String userAgent,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration silenceTimeout,
        int messageBytesMax,
        int headerBytesMax,
        int callsWaitingMax,
        int streamWindowBytes,
        int connectionWindowBytes) {}
