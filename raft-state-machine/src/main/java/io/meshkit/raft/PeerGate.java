package io.meshkit.raft;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Whether the peer of one call may still take part. Found out when the call begins and again when something has changed:
 * a message costs a comparison. Thread: the call's.
 */
final class PeerGate {
    private final PeerStanding standing;
    private final X509Certificate shown;
    private long version;
    private Optional<String> objection;

    private PeerGate(PeerStanding standing, X509Certificate shown) {
        this.standing = standing;
        this.shown = shown;
        // First the version: what changes in between is found out again.
        this.version = standing.version();
        this.objection = standing.objection(shown);
    }

    /** Empty if the peer has shown no certificate. */
    static Optional<PeerGate> of(PeerStanding standing, @Nullable SSLSession session) {
        try {
            Certificate[] chain = session == null ? new Certificate[0] : session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate shown
                    ? Optional.of(new PeerGate(standing, shown))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** Why the peer may not take part. */
    Optional<String> objection() {
        long now = standing.version();
        if (now != version) {
            objection = standing.objection(shown);
            version = now;
        }
        return objection;
    }
}
