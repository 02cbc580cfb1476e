package io.omnirelay.pki;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who is at the other end of a TLS session, by its verified certificate.
 *
 * @param spiffeId    the one {@code spiffe://} URI among its names; empty if there is none or more than one
 * @param dnsNames    its DNS names
 * @param certificate the certificate itself
 */
public record PeerIdentity(Optional<String> spiffeId, List<String> dnsNames, X509Certificate certificate) {
    private static final int DNS_NAME = 2;
    private static final int URI = 6;

    public PeerIdentity {
        dnsNames = List.copyOf(dnsNames);
    }

    /** Empty when the other end showed no certificate, or none that was verified. */
    public static Optional<PeerIdentity> of(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate
                    ? Optional.of(of((X509Certificate) chain[0]))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** The identity that a certificate states; whether it is verified is the caller's concern. */
    public static PeerIdentity of(X509Certificate certificate) {
        List<String> spiffeIds = new ArrayList<>();
        List<String> dnsNames = new ArrayList<>();
        for (List<?> name : names(certificate)) {
            if (!(name.get(0) instanceof Integer) || !(name.get(1) instanceof String)) {
                continue;
            }
            int type = (Integer) name.get(0);
            String value = (String) name.get(1);
            if (type == DNS_NAME) {
                dnsNames.add(value);
            } else if (type == URI && value.startsWith("spiffe://")) {
                spiffeIds.add(value);
            }
        }
        // SPIFFE X.509-SVID §2: a certificate with more than one SPIFFE id identifies nobody.
        return new PeerIdentity(
                spiffeIds.size() == 1 ? Optional.of(spiffeIds.get(0)) : Optional.empty(), dnsNames, certificate);
    }

    private static Collection<List<?>> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
