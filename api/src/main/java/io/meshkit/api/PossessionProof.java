package io.meshkit.api;

import java.nio.charset.StandardCharsets;

/**
 * What a workload signs with the key that it wants a certificate for, so that nobody else can use the request, here or
 * elsewhere: five lines of ASCII, each ended by a line feed.
 *
 * <pre>
 * meshkit-possession-1
 * the quorum's id
 * join/ID of the join token, or renew/SERIAL of the certificate
 * the SPIFFE id that is asked for, or empty
 * SHA-256 of the public key (SubjectPublicKeyInfo in DER), lower-case hexadecimal
 * </pre>
 */
public final class PossessionProof {
    private static final String FIRST_LINE = "meshkit-possession-1";

    private PossessionProof() {}

    /** For a join. @param tokenId {@code j-…} */
    public static byte[] ofJoin(String quorumId, String tokenId, String spiffeId, String keySha256) {
        return lines(quorumId, "join/" + tokenId, spiffeId, keySha256);
    }

    /** For a renewal. @param serial of the certificate that is renewed, lower-case hexadecimal */
    public static byte[] ofRenewal(String quorumId, String serial, String keySha256) {
        return lines(quorumId, "renew/" + serial, "", keySha256);
    }

    private static byte[] lines(String quorumId, String purpose, String spiffeId, String keySha256) {
        return (String.join("\n", FIRST_LINE, quorumId, purpose, spiffeId, keySha256) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
