package io.meshkit.server.bootstrap;

import io.meshkit.api.PossessionProof;
import io.meshkit.v1.JoinRequest;
import io.omnirelay.pki.SigningRequest;
import java.util.HexFormat;
import java.util.Map;

/**
 * Proves that whoever asks has the private key, and means this quorum and this token. The facts are the workload's own
 * word.
 */
public final class PossessionAttestor implements Attestor {
    private final String quorumId;

    public PossessionAttestor(String quorumId) {
        this.quorumId = quorumId;
    }

    @Override
    public Map<String, String> attest(JoinRequest request, SigningRequest asked, String tokenId) {
        byte[] message = PossessionProof.ofJoin(
                quorumId, tokenId, request.getSpiffeId(), HexFormat.of().formatHex(asked.publicKeySha256()));
        Possession.require(asked, message, request.getAttestation().getSignature(), "attestation.signature", "token");
        return request.getAttestation().getFactsMap();
    }
}
