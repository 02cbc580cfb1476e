package io.omnirelay.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** PEM (RFC 7468) for X.509 certificates and PKCS#8 keys. Thread-safe. */
public final class Pem {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    /** The certificate between its {@code BEGIN CERTIFICATE} lines. */
    public static String encode(X509Certificate certificate) {
        try {
            return wrap("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("the certificate has no encoding", e);
        }
    }

    /** The key between its {@code BEGIN PRIVATE KEY} lines, unencrypted. */
    public static String encode(PrivateKey key) {
        return wrap("PRIVATE KEY", key.getEncoded());
    }

    /**
     * The first certificate of the text.
     *
     * @throws CertificateException if there is none
     */
    public static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * All certificates of the text, in its order.
     *
     * @throws CertificateException if there is none, or one does not parse
     */
    public static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> all = new ArrayList<>();
        try {
            for (Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
                all.add((X509Certificate) each);
            }
        } catch (CertificateException e) {
            throw new CertificateException("A certificate does not parse: " + e.getMessage(), e);
        }
        if (all.isEmpty()) {
            throw new CertificateException("There is no certificate in the PEM text");
        }
        return List.copyOf(all);
    }

    /**
     * An unencrypted PKCS#8 key.
     *
     * @param algorithm EC, RSA or another that the platform's KeyFactory knows
     * @throws GeneralSecurityException if the text holds no such key
     */
    public static PrivateKey privateKey(String pem, String algorithm) throws GeneralSecurityException {
        int begin = pem.indexOf("-----BEGIN PRIVATE KEY-----");
        int end = pem.indexOf("-----END PRIVATE KEY-----");
        if (begin < 0 || end < begin) {
            throw new GeneralSecurityException("no unencrypted PKCS#8 private key in the PEM text");
        }
        String body = pem.substring(begin + "-----BEGIN PRIVATE KEY-----".length(), end);
        try {
            byte[] der = Base64.getMimeDecoder().decode(body);
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the private key's PEM text is damaged", e);
        }
    }

    private static String wrap(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + BASE64.encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
