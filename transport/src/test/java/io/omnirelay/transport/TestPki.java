package io.omnirelay.transport;

import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/** Certificates for tests, made once. */
public final class TestPki {
    public static final String CLIENT_ID = "spiffe://test.example/client";

    private static final CertificateAuthority CA = CertificateAuthority.create("Test CA", Duration.ofDays(1));
    private static final CertificateAuthority OTHER_CA = CertificateAuthority.create("Other CA", Duration.ofDays(1));
    private static final Credential SERVER =
            CA.issue(CertificateRequest.forServer("server", List.of(), null, Duration.ofDays(1)));
    private static final Credential CLIENT =
            CA.issue(CertificateRequest.forClient("client", CLIENT_ID, Duration.ofDays(1)));
    private static final Credential STRANGER =
            OTHER_CA.issue(CertificateRequest.forClient("stranger", CLIENT_ID, Duration.ofDays(1)));

    private TestPki() {}

    public static TlsMaterial server() {
        return material(SERVER);
    }

    /** SHA-256 of the server's public key, in Base64: how browsers name a certificate that they shall trust. */
    public static String serverKeyHash() {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(SERVER.certificate().getPublicKey().getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts the server's CA and nobody else. */
    public static KeyStore trustStore() {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(
                                    CA.root().certificatePem().getBytes(StandardCharsets.US_ASCII))));
            return trust;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static X509TrustManager trustManager() {
        try {
            TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
            trusted.init(trustStore());
            return (X509TrustManager) trusted.getTrustManagers()[0];
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static TlsMaterial client() {
        return material(CLIENT);
    }

    public static TlsMaterial anonymous() {
        return TlsMaterial.trusting(CA.root().certificatePem());
    }

    /** Trusts another CA than the server's. */
    public static TlsMaterial misled() {
        return TlsMaterial.trusting(OTHER_CA.root().certificatePem());
    }

    private static TlsMaterial material(Credential credential) {
        return new TlsMaterial(
                credential.certificatePem(),
                credential.privateKeyPem(),
                CA.root().certificatePem());
    }

    /** For the JDK's clients. */
    public static SSLContext sslContext(boolean withCertificate) {
        return sslContext(withCertificate ? CLIENT : null);
    }

    public static SSLContext strangersContext() {
        return sslContext(STRANGER);
    }

    private static SSLContext sslContext(Credential credential) {
        try {
            KeyManager[] keys = {};
            if (credential != null) {
                KeyStore own = KeyStore.getInstance("PKCS12");
                own.load(null, null);
                own.setKeyEntry("own", credential.privateKey(), new char[0], new java.security.cert.Certificate[] {
                    credential.certificate()
                });
                KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
                factory.init(own, new char[0]);
                keys = new KeyManager[] {new Insistent((X509ExtendedKeyManager) factory.getKeyManagers()[0])};
            }
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys, new TrustManager[] {trustManager()}, null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Shows its certificate even to a server that names other authorities. */
    private static final class Insistent extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager own;

        Insistent(X509ExtendedKeyManager own) {
            this.own = own;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return own.chooseClientAlias(keyTypes, null, socket);
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return own.chooseEngineClientAlias(keyTypes, null, engine);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return own.getClientAliases(keyType, null);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.getPrivateKey(alias);
        }
    }
}
