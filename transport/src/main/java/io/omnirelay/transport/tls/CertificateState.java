package io.omnirelay.transport.tls;

import io.omnirelay.pki.PeerIdentity;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What there is to know of a certificate in use.
 *
 * @param use       {@code main}, {@code named} or {@code ca}
 * @param names     DNS names and SPIFFE id
 * @param serial    hexadecimal
 * @param notBefore inclusive
 * @param notAfter  inclusive
 * @param sha256    of the certificate, hexadecimal
 */
public record CertificateState(
        String use,
        String subject,
        List<String> names,
        String serial,
        Instant notBefore,
        Instant notAfter,
        String sha256) {
    public CertificateState {
        names = List.copyOf(names);
    }

    static CertificateState of(String use, X509Certificate certificate) {
        PeerIdentity identity = PeerIdentity.of(certificate);
        List<String> names = new ArrayList<>(identity.dnsNames());
        identity.spiffeId().ifPresent(names::add);
        return new CertificateState(
                use,
                certificate.getSubjectX500Principal().getName(),
                names,
                certificate.getSerialNumber().toString(16),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                sha256(certificate));
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
