package io.meshkit.server.bootstrap;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Commands;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.raft.NodeId;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.LeaderProposals;
import io.meshkit.server.verbs.Minting.Minted;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.Credential;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RenewCertificateRequest;
import io.omnirelay.pki.PeerIdentity;
import java.security.cert.X509Certificate;

/**
 * Renews the certificates of members, who ask on the node port: decided by the state and signed after it, as those of
 * workloads. Thread: any number; blocks.
 */
public final class RenewalAnswers {
    private final Joins joins;
    private final LeaderProposals proposals;

    RenewalAnswers(Joins joins, LeaderProposals proposals) {
        this.joins = joins;
        this.proposals = proposals;
    }

    /**
     * @param node  who asks, by the certificate
     * @param shown that certificate, verified
     * @throws RegistryException why it is not renewed, or why this node cannot
     */
    public JoinResponse renew(RenewCertificateRequest request, NodeId node, X509Certificate shown, Deadline deadline) {
        String serial = shown.getSerialNumber().toString(16);
        Minted minted = joins.renewMember(
                request.toBuilder()
                        .setOptions(MutationOptions.newBuilder()
                                .setRequestId(request.getOptions().getRequestId()))
                        .build(),
                serial);
        Caller caller = new Caller(
                PeerIdentity.of(shown).spiffeId().orElse(node.value()),
                Credential.newBuilder()
                        .setMethod(AccessResolver.MTLS_METHOD)
                        .setId(serial)
                        .setExpiresAtMs(shown.getNotAfter().getTime())
                        .build());
        Command command = Commands.wrap(minted.request(), caller);
        RegistryStateMachine.validate(command).ifPresent(problem -> {
            throw new RegistryException(problem);
        });
        CommandOutcome outcome = proposals.submit(command, deadline);
        if (outcome.hasRejection()) {
            throw new RegistryException(outcome.getRejection());
        }
        try {
            return (JoinResponse) minted.completion().apply(JoinResponse.parseFrom(outcome.getResponse()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the outcome of a renewal is no answer to one", e);
        }
    }
}
