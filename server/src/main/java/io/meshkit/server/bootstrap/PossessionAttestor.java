package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
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
        if (!asked.signed(message, request.getAttestation().getSignature().toByteArray())) {
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.FORBIDDEN,
                            "the attestation is not signed by the requested key for this quorum and this token",
                            "sign the five lines that docs/security.md shows, with the key of the certificate request")
                    .setField("attestation.signature")
                    .build());
        }
        return request.getAttestation().getFactsMap();
    }
}
