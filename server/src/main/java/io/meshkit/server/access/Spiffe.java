package io.meshkit.server.access;

import io.omnirelay.pki.PeerIdentity;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The SPIFFE id of a caller. */
public final class Spiffe {
    private Spiffe() {}

    /** That of the verified certificate of the other end, if it showed one that is valid now. */
    public static Optional<String> ofPeer(@Nullable SSLSession session) {
        return session == null
                ? Optional.empty()
                : PeerIdentity.of(session).filter(Spiffe::isValidNow).flatMap(PeerIdentity::spiffeId);
    }

    /** The verified certificate of the other end, if it showed one that is valid now. */
    public static Optional<X509Certificate> certificateOfPeer(@Nullable SSLSession session) {
        return session == null
                ? Optional.empty()
                : PeerIdentity.of(session).filter(Spiffe::isValidNow).map(PeerIdentity::certificate);
    }

    /** The handshake has seen to that, but a connection may outlive its certificate. */
    private static boolean isValidNow(PeerIdentity identity) {
        try {
            identity.certificate().checkValidity();
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }
}
