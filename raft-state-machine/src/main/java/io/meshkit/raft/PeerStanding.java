package io.meshkit.raft;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** Whether other members may still take part by the certificates that they have shown. Thread: any number. */
public interface PeerStanding {
    /** Grows whenever {@link #objection} may say something else. Asked with every message: a volatile read. */
    long version();

    /** Why the certificate holds no longer, for whoever has shown it; empty: it holds. */
    Optional<String> objection(X509Certificate shown);
}
