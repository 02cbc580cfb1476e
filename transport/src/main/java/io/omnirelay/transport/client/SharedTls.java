package io.omnirelay.transport.client;

import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.ssl.SslContext;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TlsSource;
import io.omnirelay.transport.tls.ClientTls;
import io.omnirelay.transport.tls.QuicTls;
import io.omnirelay.transport.tls.ReloadableSslContext;
import io.omnirelay.transport.tls.TlsContexts;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The TLS contexts of a client with several channels: one for QUIC and one for TCP, each made when it is first needed.
 * A context costs the parsing of keys and memory outside of the heap, so that one per channel would be waste. Thread:
 * any.
 */
public final class SharedTls {
    private final TlsSource source;
    private @Nullable Supplier<QuicSslContext> quic;
    private @Nullable SslContext tcp;

    /** @param source asked again before each connection */
    public SharedTls(TlsSource source) {
        this.source = source;
    }

    /** Always the same material. */
    public static SharedTls of(TlsMaterial material) {
        return new SharedTls(TlsSource.of(material));
    }

    /** @throws IllegalArgumentException if the material does not hold to begin with */
    public synchronized Supplier<QuicSslContext> quic() {
        if (quic == null) {
            quic = new ClientTls<>(source, QuicTls::client);
        }
        return quic;
    }

    /** @throws IllegalArgumentException if the material does not hold to begin with */
    public synchronized SslContext tcp() {
        if (tcp == null) {
            tcp = new ReloadableSslContext(new ClientTls<>(source, TlsContexts::client));
        }
        return tcp;
    }
}
