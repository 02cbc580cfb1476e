package io.meshkit.server.node;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom another trusts, but for nodes that were removed and certificates that were revoked: on the Raft port.
 * Thread: any.
 */
final class StandingTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trust;
    private final NodeStanding standing;
    private final OutgoingConnections outgoing;

    /** @param outgoing learns of the connections to servers */
    StandingTrust(X509ExtendedTrustManager trust, NodeStanding standing, OutgoingConnections outgoing) {
        this.trust = trust;
        this.standing = standing;
        this.outgoing = outgoing;
    }

    private void checkStanding(X509Certificate[] chain) throws CertificateException {
        Optional<String> objection = standing.objection(chain[0]);
        if (objection.isPresent()) {
            throw new CertificateException(objection.get());
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
        if (engine == null) {
            checkStanding(chain);
        } else {
            outgoing.admit(engine, chain[0], () -> checkStanding(chain));
        }
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
