package io.meshkit.client;

import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.DeleteIssuingPolicyRequest;
import io.meshkit.v1.GetCertificateRequest;
import io.meshkit.v1.GetIssuingPolicyRequest;
import io.meshkit.v1.GetJoinTokenRequest;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.IssueJoinTokenResponse;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.IssuingPolicyMutationResponse;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.JoinTokenMutationResponse;
import io.meshkit.v1.ListCertificatesRequest;
import io.meshkit.v1.ListIssuingPoliciesRequest;
import io.meshkit.v1.ListJoinTokensRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PutIssuingPolicyRequest;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.meshkit.v1.RevokeCertificatesResponse;
import io.meshkit.v1.RevokeJoinTokenBatchRequest;
import io.meshkit.v1.RevokeJoinTokenBatchResponse;
import io.meshkit.v1.RevokeJoinTokenRequest;
import io.meshkit.v1.WorkloadCertificate;
import java.util.stream.Stream;

/** The verbs of bootstrap: tokens that workloads turn into certificates, by a {@link Joiner}. */
public final class BootstrapApi {
    private final MeshKitClient client;

    BootstrapApi(MeshKitClient client) {
        this.client = client;
    }

    /**
     * Issues a join token.
     *
     * @return with its secret, which is not shown again. A repeated answer ({@code result.replayed}) names the token
     *     and has no secret: revoke it and issue another.
     */
    public IssueJoinTokenResponse issueToken(IssueJoinTokenRequest request) {
        return client.call(BootstrapServiceGrpc.getIssueJoinTokenMethod(), request);
    }

    public JoinToken token(String id) {
        return client.call(
                        BootstrapServiceGrpc.getGetJoinTokenMethod(),
                        GetJoinTokenRequest.newBuilder().setId(id).build())
                .getJoinToken();
    }

    /** All that match, in order of id, fetched page by page. Never a secret. */
    public Stream<JoinToken> tokens(ListJoinTokensRequest request) {
        return client.pages(BootstrapServiceGrpc.getListJoinTokensMethod(), request)
                .records(JoinToken.class);
    }

    /** Nobody can join with the token any more; certificates that were made with it stay good. */
    public JoinTokenMutationResponse revokeToken(String id, MutationOptions options) {
        return client.call(
                BootstrapServiceGrpc.getRevokeJoinTokenMethod(),
                RevokeJoinTokenRequest.newBuilder()
                        .setId(id)
                        .setOptions(options)
                        .build());
    }

    /**
     * Revokes all join tokens of a batch under one revision; a batch without tokens is no error. Certificates that were
     * made with them hold until they expire, and are not renewed.
     */
    public RevokeJoinTokenBatchResponse revokeTokens(String batchId, MutationOptions options) {
        return client.call(
                BootstrapServiceGrpc.getRevokeJoinTokenBatchMethod(),
                RevokeJoinTokenBatchRequest.newBuilder()
                        .setBatchId(batchId)
                        .setOptions(options)
                        .build());
    }

    public WorkloadCertificate certificate(String serial) {
        return client.call(
                        BootstrapServiceGrpc.getGetCertificateMethod(),
                        GetCertificateRequest.newBuilder().setSerial(serial).build())
                .getCertificate();
    }

    /** All that match, in order of serial number, fetched page by page. */
    public Stream<WorkloadCertificate> certificates(ListCertificatesRequest request) {
        return client.pages(BootstrapServiceGrpc.getListCertificatesMethod(), request)
                .records(WorkloadCertificate.class);
    }

    /** Ends one certificate at once, on every node. @param serial as {@link WorkloadCertificate} has it */
    public RevokeCertificatesResponse revokeCertificate(String serial, MutationOptions options) {
        return revoke(RevokeCertificatesRequest.newBuilder().setSerial(serial), options);
    }

    /** Ends all certificates that the SPIFFE id has now; those that it gets later are good. */
    public RevokeCertificatesResponse revokeCertificatesOf(String spiffeId, MutationOptions options) {
        return revoke(RevokeCertificatesRequest.newBuilder().setSpiffeId(spiffeId), options);
    }

    /** Ends all certificates that were made with the join tokens of a batch, and the tokens with them. */
    public RevokeCertificatesResponse revokeCertificatesOfBatch(String batchId, MutationOptions options) {
        return revoke(RevokeCertificatesRequest.newBuilder().setBatchId(batchId), options);
    }

    public IssuingPolicy policy(String name) {
        return client.call(
                        BootstrapServiceGrpc.getGetIssuingPolicyMethod(),
                        GetIssuingPolicyRequest.newBuilder().setName(name).build())
                .getIssuingPolicy();
    }

    /** All, in order of name, fetched page by page. */
    public Stream<IssuingPolicy> policies() {
        return client.pages(
                        BootstrapServiceGrpc.getListIssuingPoliciesMethod(),
                        ListIssuingPoliciesRequest.getDefaultInstance())
                .records(IssuingPolicy.class);
    }

    /** Makes the policy, or replaces the one of its name. The first one narrows what is issued from then on. */
    public IssuingPolicyMutationResponse putPolicy(IssuingPolicy policy, MutationOptions options) {
        return client.call(
                BootstrapServiceGrpc.getPutIssuingPolicyMethod(),
                PutIssuingPolicyRequest.newBuilder()
                        .setIssuingPolicy(policy)
                        .setOptions(options)
                        .build());
    }

    public IssuingPolicyMutationResponse deletePolicy(String name, MutationOptions options) {
        return client.call(
                BootstrapServiceGrpc.getDeleteIssuingPolicyMethod(),
                DeleteIssuingPolicyRequest.newBuilder()
                        .setName(name)
                        .setOptions(options)
                        .build());
    }

    private RevokeCertificatesResponse revoke(RevokeCertificatesRequest.Builder request, MutationOptions options) {
        return client.call(
                BootstrapServiceGrpc.getRevokeCertificatesMethod(),
                request.setOptions(options).build());
    }
}
