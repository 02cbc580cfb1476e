package io.omnirelay.transport;

import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

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

    public static TlsMaterial client() {
        return material(CLIENT);
    }

    public static TlsMaterial anonymous() {
        return TlsMaterial.trusting(CA.root().certificatePem());
    }

    /** Trusts the server, but its own certificate is of another CA. */
    public static TlsMaterial stranger() {
        return material(STRANGER);
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
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(
                                    CA.root().certificatePem().getBytes(StandardCharsets.US_ASCII))));
            TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
            trusted.init(trust);
            KeyManager[] keys = {};
            if (credential != null) {
                KeyStore own = KeyStore.getInstance("PKCS12");
                own.load(null, null);
                own.setKeyEntry("own", credential.privateKey(), new char[0], new java.security.cert.Certificate[] {
                    credential.certificate()
                });
                KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
                factory.init(own, new char[0]);
                keys = factory.getKeyManagers();
            }
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys, trusted.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
