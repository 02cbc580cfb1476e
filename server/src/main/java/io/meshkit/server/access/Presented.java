package io.meshkit.server.access;

import io.omnirelay.pki.PeerIdentity;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a caller shows of itself.
 *
 * @param authorization the header's value, or null
 * @param certificate   verified by TLS and valid now, or null
 */
public record Presented(
        @Nullable String authorization, @Nullable PeerIdentity certificate) {
    private static final String BEARER = "Bearer ";

    /** @param session of the connection, or null where there is no TLS */
    public static Presented of(@Nullable String authorization, @Nullable SSLSession session) {
        Optional<PeerIdentity> peer =
                session == null ? Optional.empty() : PeerIdentity.of(session).filter(Presented::isValidNow);
        return new Presented(authorization, peer.orElse(null));
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

    public boolean isEmpty() {
        return authorization == null && certificate == null;
    }

    /** The text after {@code Bearer}, if that is what was sent. */
    public Optional<String> bearer() {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(authorization.substring(BEARER.length()).trim())
                : Optional.empty();
    }

    /** Never what was shown. */
    @Override
    public String toString() {
        return "Presented[" + (authorization == null ? "" : "authorization ")
                + (certificate == null ? "" : "certificate") + "]";
    }
}
