package io.meshkit.server.node;

import io.meshkit.server.node.NodeStanding.Standing;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom another trusts, but for nodes that were removed and certificates that were revoked: on the Raft port, where
 * nothing behind the handshake asks who somebody is. Thread: any.
 */
final class StandingTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trust;
    private final NodeStanding standing;

    StandingTrust(X509ExtendedTrustManager trust, NodeStanding standing) {
        this.trust = trust;
        this.standing = standing;
    }

    private void checkStanding(X509Certificate[] chain) throws CertificateException {
        Standing found = standing.of(chain[0]);
        if (found != Standing.GOOD) {
            throw new CertificateException("the certificate of "
                    + standing.node(chain[0]).map(Object::toString).orElse("a node") + " holds no longer: "
                    + (found == Standing.REMOVED ? "the node was removed from the quorum" : "it was revoked"));
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        trust.checkClientTrusted(chain, authType, engine);
        checkStanding(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        trust.checkServerTrusted(chain, authType, engine);
        checkStanding(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        trust.checkClientTrusted(chain, authType, socket);
        checkStanding(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        trust.checkServerTrusted(chain, authType, socket);
        checkStanding(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.checkClientTrusted(chain, authType);
        checkStanding(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.checkServerTrusted(chain, authType);
        checkStanding(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
