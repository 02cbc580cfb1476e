package io.omnirelay.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;

/** Hashes by which certificates are known before they are trusted. */
public final class Fingerprints {
    private Fingerprints() {}

    /**
     * Of authorities as a set: in whatever order, and however often one is named.
     *
     * @return lower-case hexadecimal; of one, the SHA-256 of its DER form; of more, the SHA-256 of those SHA-256s in
     *     ascending order, each in hexadecimal with a line feed
     */
    public static String sha256(Collection<X509Certificate> authorities) {
        TreeSet<String> each = new TreeSet<>();
        for (X509Certificate authority : authorities) {
            try {
                each.add(sha256(authority.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException("the certificate has no encoding", e);
            }
        }
        if (each.isEmpty()) {
            throw new IllegalArgumentException("no certificate, no fingerprint");
        }
        return each.size() == 1
                ? each.first()
                : sha256((String.join("\n", each) + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
