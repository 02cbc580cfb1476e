package io.meshkit.raft;

import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * The key material of the Raft port, PEM files. Mutual TLS 1.3.
 *
 * <p>Whoever holds a certificate of this CA is a member: Ratis authorizes nobody further. So the CA must
 * be the quorum's own and sign nothing but members.
 *
 * @param certificateChain the member's certificate first; names the member's host
 * @param privateKey       PKCS#8, unencrypted
 * @param certificateAuthority the Raft CA
 * @param live             where present, asked at every handshake in place of the files, which are then read by
 *                         whoever made it
 */
public record RaftTls(Path certificateChain, Path privateKey, Path certificateAuthority, Optional<Live> live) {
    /** The files as they are at the start, for the whole life of the process. */
    public RaftTls(Path certificateChain, Path privateKey, Path certificateAuthority) {
        this(certificateChain, privateKey, certificateAuthority, Optional.empty());
    }

    /**
     * Managers whose material may change under way.
     *
     * @param standing asked of connections that are open: of those that others have opened, with every message
     */
    public record Live(KeyManager keys, TrustManager trust, PeerStanding standing) {}
}
