package io.meshkit.server.bootstrap;

import io.meshkit.v1.JoinRequest;
import io.omnirelay.pki.SigningRequest;
import java.util.Map;

/**
 * Checks what a workload shows of itself beside its join token. A new kind is added where the node is put together;
 * nothing is searched for. Thread: any number; must not block.
 */
@FunctionalInterface
public interface Attestor {
    /**
     * @param tokenId of the join token whose secret was shown
     * @return the facts that hold, as far as this kind of attestation proves them
     * @throws io.meshkit.api.RegistryException if what was shown does not hold
     */
    Map<String, String> attest(JoinRequest request, SigningRequest asked, String tokenId);
}
