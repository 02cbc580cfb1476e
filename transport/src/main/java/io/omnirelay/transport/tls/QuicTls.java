package io.omnirelay.transport.tls;

import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.util.Mapping;
import io.omnirelay.transport.ClientCertificates;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import java.util.ArrayList;
import java.util.List;

/** Makes TLS contexts for QUIC, from the same material as those for TCP: TLS 1.3, ALPN {@code h3}, no 0-RTT. */
public final class QuicTls {
    /** Netty's own list has drafts, too. */
    private static final String H3 = "h3";

    private QuicTls() {}

    /**
     * A context for a server, which shows each caller the certificate of the name that it asks for.
     *
     * @throws IllegalArgumentException if the PEM text does not hold, or there is no certificate
     */
    public static QuicSslContext server(ServerTls tls, ClientCertificates clients) {
        if (tls.named().isEmpty()) {
            return finish(server(tls.main(), tls.main(), clients));
        }
        ServerKeys names = new ServerKeys(tls);
        List<QuicSslContext> contexts = new ArrayList<>();
        contexts.add(finish(server(tls.main(), tls.main(), clients)));
        for (TlsMaterial named : tls.named()) {
            contexts.add(finish(server(named, tls.main(), clients)));
        }
        Mapping<String, QuicSslContext> byName = name -> contexts.get(names.indexFor(name));
        return finish(server(tls.main(), tls.main(), clients).sni(byName));
    }

    private static QuicSslContextBuilder server(TlsMaterial own, TlsMaterial main, ClientCertificates clients) {
        QuicSslContextBuilder builder = QuicSslContextBuilder.forServer(OneKey.of(own), null);
        if (main.trustedCaPem() != null) {
            builder.trustManager(PemMaterial.certificates(main.trustedCaPem()));
        }
        return builder.clientAuth(TlsContexts.clientAuth(main, clients));
    }

    /** A context for a client, which checks the server's name. Throws as {@link #server}. */
    public static QuicSslContext client(TlsMaterial tls) {
        QuicSslContextBuilder builder = QuicSslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
        if (tls.certificateChainPem() != null && tls.privateKeyPem() != null) {
            builder.keyManager(OneKey.of(tls), null);
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
