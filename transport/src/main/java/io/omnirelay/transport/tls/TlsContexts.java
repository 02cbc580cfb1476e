package io.omnirelay.transport.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.omnirelay.transport.ClientCertificates;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import javax.net.ssl.SSLException;

/**
 * Makes Netty's TLS contexts: TLS 1.3 only, always with ALPN.
 *
 * <p>BoringSSL where its native library loads, because it does several times the handshakes of the JDK; the
 * JDK's TLS elsewhere.
 */
public final class TlsContexts {
    private static final String TLS_1_3 = "TLSv1.3";

    private TlsContexts() {}

    /**
     * A context for HTTPS: HTTP/2, else HTTP/1.1.
     *
     * @throws IllegalArgumentException if the PEM text does not hold, or there is no certificate
     */
    public static SslContext https(ServerTls tls, ClientCertificates clients) {
        return server(tls, clients, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    }

    /** A context for gRPC: HTTP/2 only. Throws as {@link #https}. */
    public static SslContext grpc(ServerTls tls, ClientCertificates clients) {
        return server(tls, clients, ApplicationProtocolNames.HTTP_2);
    }

    /** A context for a gRPC client. Throws as {@link #https}. */
    public static SslContext client(TlsMaterial tls) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient();
            if (tls.certificateChainPem() != null && tls.privateKeyPem() != null) {
                builder.keyManager(OneKey.of(tls));
            }
            if (tls.trustedCaPem() != null) {
                builder.trustManager(PemMaterial.certificates(tls.trustedCaPem()));
            }
            return finish(builder, ApplicationProtocolNames.HTTP_2);
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("The TLS material of the client does not hold: " + e.getMessage(), e);
        }
    }

    private static SslContext server(ServerTls tls, ClientCertificates clients, String... protocols) {
        TlsMaterial main = tls.main();
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(new ServerKeys(tls));
            if (main.trustedCaPem() != null) {
                builder.trustManager(PemMaterial.certificates(main.trustedCaPem()));
            }
            return finish(builder.clientAuth(clientAuth(main, clients)), protocols);
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("The TLS material of the server does not hold: " + e.getMessage(), e);
        }
    }

    /** Without a CA there is nothing to hold a certificate against. */
    static ClientAuth clientAuth(TlsMaterial main, ClientCertificates clients) {
        return switch (clients) {
            case OFF -> ClientAuth.NONE;
            case OPTIONAL -> main.trustedCaPem() == null ? ClientAuth.NONE : ClientAuth.OPTIONAL;
            case REQUIRED -> {
                if (main.trustedCaPem() == null) {
                    throw new IllegalArgumentException("Client certificates are required, but no CA is trusted");
                }
                yield ClientAuth.REQUIRE;
            }
        };
    }

    private static SslContext finish(SslContextBuilder builder, String... protocols) throws SSLException {
        return builder.protocols(TLS_1_3)
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        // The only pair of behaviours that both providers know.
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols))
                .build();
    }
}
