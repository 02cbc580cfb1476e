package io.omnirelay.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and the private key that it certifies. Immutable. */
public record Credential(X509Certificate certificate, PrivateKey privateKey) {
    /** The certificate as PEM. */
    public String certificatePem() {
        return Pem.encode(certificate);
    }

    /** The private key as unencrypted PKCS#8 PEM: a secret. */
    public String privateKeyPem() {
        return Pem.encode(privateKey);
    }

    /** Names the certificate; never the key. */
    @Override
    public String toString() {
        return "Credential[" + certificate.getSubjectX500Principal() + "]";
    }
}
