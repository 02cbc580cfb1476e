package io.omnirelay.transport.tls;

import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A key manager and a trust manager for a library that makes its TLS contexts only once: they ask for what is current
 * at every handshake. For mutual TLS among equals; the names of trusted CAs are not told to the other side, because
 * those would be told for ever. Thread: any.
 */
public final class ReloadableManagers {
    private record Pair(OneKey keys, X509ExtendedTrustManager trust) {}

    private volatile Pair current;

    /** @throws IllegalArgumentException if the material does not hold, or one of its three parts is missing */
    public ReloadableManagers(ServerTls tls) {
        this.current = pair(tls.main());
    }

    /** For handshakes from now on. Throws as the constructor, and has changed nothing then. */
    public void replace(ServerTls tls) {
        current = pair(tls.main());
    }

    private static Pair pair(TlsMaterial tls) {
        if (tls.trustedCaPem() == null) {
            throw new IllegalArgumentException("Mutual TLS needs a CA");
        }
        try {
            return new Pair(OneKey.of(tls), TrustedCas.of(List.of(PemMaterial.certificates(tls.trustedCaPem()))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The TLS material does not hold: " + e.getMessage(), e);
        }
    }

    public X509ExtendedKeyManager keyManager() {
        return new Keys();
    }

    public X509ExtendedTrustManager trustManager() {
        return new Trust();
    }

    private final class Keys extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return current.keys().chooseEngineClientAlias(keyType, issuers, engine);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return current.keys().chooseEngineServerAlias(keyType, issuers, engine);
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return current.keys().getClientAliases(keyType, issuers);
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return current.keys().chooseClientAlias(keyType, issuers, socket);
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return current.keys().getServerAliases(keyType, issuers);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return current.keys().chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return current.keys().getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return current.keys().getPrivateKey(alias);
        }
    }

    private final class Trust extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
                throws CertificateException {
            current.trust().checkClientTrusted(chain, authType, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
                throws CertificateException {
            current.trust().checkServerTrusted(chain, authType, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
                throws CertificateException {
            current.trust().checkClientTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
                throws CertificateException {
            current.trust().checkServerTrusted(chain, authType, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            current.trust().checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            current.trust().checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
