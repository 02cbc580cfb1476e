package io.meshkit.server.node;

import io.meshkit.server.node.NodeStanding.Standing;
import io.omnirelay.pki.PeerIdentity;
import io.omnirelay.transport.tls.TrustedCas;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a certificate if an authority of members signed it, it was not revoked, and it names, by SPIFFE id, a node that is
 * expected.
 *
 * <p>The SPIFFE id takes the place of host name verification: it says which member it is, whatever address
 * it has. Thread: any.
 */
final class MemberTrust extends X509ExtendedTrustManager {
    private final X509TrustManager authority;
    private final Predicate<String> expected;
    private final NodeStanding standing;
    private final OutgoingConnections outgoing;

    private MemberTrust(
            X509TrustManager authority,
            Predicate<String> expected,
            NodeStanding standing,
            OutgoingConnections outgoing) {
        this.authority = authority;
        this.expected = expected;
        this.standing = standing;
        this.outgoing = outgoing;
    }

    /**
     * @param expected SPIFFE ids
     * @param outgoing learns of the connections to servers
     */
    static MemberTrust of(
            X509Certificate[] authorities,
            Predicate<String> expected,
            NodeStanding standing,
            OutgoingConnections outgoing)
            throws GeneralSecurityException {
        return new MemberTrust(TrustedCas.of(List.of(authorities)), expected, standing, outgoing);
    }

    private void checkMember(X509Certificate[] chain) throws CertificateException {
        String id = PeerIdentity.of(chain[0]).spiffeId().orElse("no SPIFFE id");
        if (!expected.test(id)) {
            throw new CertificateException("the certificate is of " + id + ", which is not expected here");
        }
        if (standing.of(chain[0]) == Standing.REVOKED) {
            throw new CertificateException("the certificate of " + id + " was revoked");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authority.checkClientTrusted(chain, authType);
        checkMember(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authority.checkServerTrusted(chain, authType);
        checkMember(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        if (engine == null) {
            checkServerTrusted(chain, authType);
        } else {
            outgoing.admit(engine, chain[0], () -> checkServerTrusted(chain, authType));
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authority.getAcceptedIssuers();
    }
}
