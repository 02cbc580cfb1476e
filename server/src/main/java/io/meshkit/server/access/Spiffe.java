package io.meshkit.server.access;

import io.omnirelay.pki.PeerIdentity;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The SPIFFE id of a caller. */
public final class Spiffe {
    private Spiffe() {}

    /** That of the verified certificate of the other end, if it showed one. */
    public static Optional<String> ofPeer(@Nullable SSLSession session) {
        return session == null ? Optional.empty() : PeerIdentity.of(session).flatMap(PeerIdentity::spiffeId);
    }
}
