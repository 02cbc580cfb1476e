package io.omnirelay.transport.tls;

import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.omnirelay.transport.TlsMaterial;

/** Makes TLS contexts for QUIC, from the same material as those for TCP: TLS 1.3, ALPN {@code h3}, no 0-RTT. */
public final class QuicTls {
    /** Netty's own list has drafts, too. */
    private static final String H3 = "h3";

    private QuicTls() {}

    /**
     * A context for a server. Client certificates are optional where a CA is trusted, as on TCP.
     *
     * @throws IllegalArgumentException if the PEM text does not hold, or there is no certificate
     */
    public static QuicSslContext server(TlsMaterial tls) {
        if (tls.certificateChainPem() == null || tls.privateKeyPem() == null) {
            throw new IllegalArgumentException("A server needs a certificate and a private key");
        }
        QuicSslContextBuilder builder = QuicSslContextBuilder.forServer(
                PemMaterial.privateKey(tls.privateKeyPem()), null, PemMaterial.certificates(tls.certificateChainPem()));
        if (tls.trustedCaPem() != null) {
            builder.trustManager(PemMaterial.certificates(tls.trustedCaPem())).clientAuth(ClientAuth.OPTIONAL);
        }
        return finish(builder);
    }

    /** A context for a client, which checks the server's name. Throws as {@link #server}. */
    public static QuicSslContext client(TlsMaterial tls) {
        QuicSslContextBuilder builder = QuicSslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
        if (tls.certificateChainPem() != null && tls.privateKeyPem() != null) {
            builder.keyManager(
                    PemMaterial.privateKey(tls.privateKeyPem()),
                    null,
                    PemMaterial.certificates(tls.certificateChainPem()));
        }
        if (tls.trustedCaPem() != null) {
            builder.trustManager(PemMaterial.certificates(tls.trustedCaPem()));
        }
        return finish(builder);
    }

    private static QuicSslContext finish(QuicSslContextBuilder builder) {
        // Early data could be replayed by anybody who has seen it: a mutation must not travel so.
        return builder.earlyData(false).applicationProtocols(H3).build();
    }
}
