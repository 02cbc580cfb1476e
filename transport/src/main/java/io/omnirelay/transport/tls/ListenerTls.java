package io.omnirelay.transport.tls;

import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.ssl.SslContext;
import io.omnirelay.transport.ClientCertificates;
import io.omnirelay.transport.ServerTls;
import org.jspecify.annotations.Nullable;

/**
 * The TLS contexts of a server's listeners, replaced together. Thread: any.
 *
 * <p>Invariant: a replacement that throws has changed nothing.
 */
public final class ListenerTls {
    /**
     * What each endpoint asks of its callers.
     *
     * @param http3 also without HTTP/3 there
     */
    public record Modes(ClientCertificates https, ClientCertificates http3, ClientCertificates grpc) {}

    private record Contexts(
            SslContext https, SslContext grpc, @Nullable QuicSslContext quic) {}

    private final Modes modes;
    private final boolean withQuic;
    private volatile Contexts current;

    /**
     * @param withQuic whether QUIC is to be had
     * @throws IllegalArgumentException if the PEM text does not hold, or there is no certificate
     */
    public ListenerTls(ServerTls tls, Modes modes, boolean withQuic) {
        this.modes = modes;
        this.withQuic = withQuic;
        this.current = contexts(tls);
    }

    private Contexts contexts(ServerTls tls) {
        // BoringSSL takes any pair, and fails every handshake.
        CertificateChecks.requireMatchingKeys(tls);
        return new Contexts(
                TlsContexts.https(tls, modes.https()),
                TlsContexts.grpc(tls, modes.grpc()),
                withQuic ? QuicTls.server(tls, modes.http3()) : null);
    }

    /** For connections from now on. Throws as the constructor. */
    public void replace(ServerTls tls) {
        current = contexts(tls);
    }

    /** For HTTPS on TCP. */
    public ReloadableSslContext https() {
        return new ReloadableSslContext(() -> current.https());
    }

    /** For the gRPC port. */
    public ReloadableSslContext grpc() {
        return new ReloadableSslContext(() -> current.grpc());
    }

    /** For a QUIC connection that begins now. @throws IllegalStateException without QUIC */
    public QuicSslContext quic() {
        QuicSslContext context = current.quic();
        if (context == null) {
            throw new IllegalStateException("QUIC is not to be had");
        }
        return context;
    }
}
