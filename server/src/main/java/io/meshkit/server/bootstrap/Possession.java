package io.meshkit.server.bootstrap;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.pki.SigningRequest;

/** Whether somebody has the key that a certificate is asked for. */
final class Possession {
    private Possession() {}

    /**
     * @param message as {@link io.meshkit.api.PossessionProof} makes it
     * @param field   of the request that holds the signature
     * @param what    the message is for, beside this quorum
     * @throws RegistryException FORBIDDEN if it is not signed so
     */
    static void require(SigningRequest asked, byte[] message, ByteString signature, String field, String what) {
        if (!asked.signed(message, signature.toByteArray())) {
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.FORBIDDEN,
                            "the request is not signed by the requested key for this quorum and this " + what,
                            "sign the five lines that docs/security.md shows, with the key of the certificate request")
                    .setField(field)
                    .build());
        }
    }
}
