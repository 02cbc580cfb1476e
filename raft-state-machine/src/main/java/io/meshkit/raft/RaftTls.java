package io.meshkit.raft;

import java.nio.file.Path;

/**
 * The key material of the Raft port, PEM files. Mutual TLS 1.3.
 *
 * <p>Whoever holds a certificate of this CA is a member: Ratis authorizes nobody further. So the CA must
 * be the quorum's own and sign nothing but members.
 *
 * @param certificateChain the member's certificate first; names the member's host
 * @param privateKey       PKCS#8, unencrypted
 * @param certificateAuthority the Raft CA
 */
public record RaftTls(Path certificateChain, Path privateKey, Path certificateAuthority) {}
