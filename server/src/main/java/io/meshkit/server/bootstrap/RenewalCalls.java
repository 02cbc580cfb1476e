package io.meshkit.server.bootstrap;

import io.meshkit.raft.NodeId;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.RenewCertificateRequest;
import java.util.concurrent.CompletableFuture;

/** How a member asks another to renew its certificate, which it shows by that. Thread: any number. */
public interface RenewalCalls {
    /** @return fails only with {@link io.meshkit.api.RegistryException} */
    CompletableFuture<JoinResponse> renew(NodeId member, RenewCertificateRequest request, long timeoutMs);
}
