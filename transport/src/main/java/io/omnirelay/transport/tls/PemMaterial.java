package io.omnirelay.transport.tls;

import io.omnirelay.pki.Pem;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * Reads PEM text with the JDK alone. Netty, given text, would look for BouncyCastle first and load hundreds of classes of
 * a signed jar to read one key.
 */
public final class PemMaterial {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private PemMaterial() {}

    /** @throws IllegalArgumentException if there is none, or one does not parse */
    public static X509Certificate[] certificates(String pem) {
        try {
            return Pem.certificates(pem).toArray(new X509Certificate[0]);
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if it is no unencrypted PKCS#8 key of a known kind */
    static PrivateKey privateKey(String pem) {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("There is no unencrypted PKCS#8 private key in the PEM text");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end)));
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // Another kind of key, then.
                continue;
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalArgumentException("The private key is neither EC nor RSA nor Ed25519");
    }
}
