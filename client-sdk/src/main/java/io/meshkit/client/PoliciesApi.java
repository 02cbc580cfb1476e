package io.meshkit.client;

import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.ActionPolicyMutationResponse;
import io.meshkit.v1.Approval;
import io.meshkit.v1.ApprovalMutationResponse;
import io.meshkit.v1.ApproveMutationRequest;
import io.meshkit.v1.DeleteActionPolicyRequest;
import io.meshkit.v1.GetActionPolicyRequest;
import io.meshkit.v1.GetApprovalRequest;
import io.meshkit.v1.ListActionPoliciesRequest;
import io.meshkit.v1.ListApprovalsRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PolicyServiceGrpc;
import io.meshkit.v1.PutActionPolicyRequest;
import io.meshkit.v1.RejectMutationRequest;
import java.util.stream.Stream;

/**
 * The verbs of policies, which ask something of mutations, and of the approvals that they may want. A mutation is made
 * under an approval by its id in {@link MutationOptions}, otherwise as it was when the approval was asked for.
 */
public final class PoliciesApi {
    private final MeshKitClient client;

    PoliciesApi(MeshKitClient client) {
        this.client = client;
    }

    public ActionPolicy policy(String id) {
        return client.call(
                        PolicyServiceGrpc.getGetActionPolicyMethod(),
                        GetActionPolicyRequest.newBuilder().setId(id).build())
                .getActionPolicy();
    }

    /** All that match, in order of id, fetched page by page. */
    public Stream<ActionPolicy> policies(ListActionPoliciesRequest request) {
        return client.pages(PolicyServiceGrpc.getListActionPoliciesMethod(), request)
                .records(ActionPolicy.class);
    }

    /** Makes the policy, or replaces the one with its id: it holds for whatever is applied after the answer's revision. */
    public ActionPolicyMutationResponse put(PutActionPolicyRequest request) {
        return client.call(PolicyServiceGrpc.getPutActionPolicyMethod(), request);
    }

    public ActionPolicyMutationResponse delete(DeleteActionPolicyRequest request) {
        return client.call(PolicyServiceGrpc.getDeleteActionPolicyMethod(), request);
    }

    /** An approval that was asked for and neither used nor rejected. */
    public Approval approval(String id) {
        return client.call(
                        PolicyServiceGrpc.getGetApprovalMethod(),
                        GetApprovalRequest.newBuilder().setId(id).build())
                .getApproval();
    }

    /** All that match, in order of id, fetched page by page. */
    public Stream<Approval> approvals(ListApprovalsRequest request) {
        return client.pages(PolicyServiceGrpc.getListApprovalsMethod(), request).records(Approval.class);
    }

    /** Approves the mutation of somebody else, with every right that the mutation itself needs. */
    public ApprovalMutationResponse approve(String id, MutationOptions options) {
        return client.call(
                PolicyServiceGrpc.getApproveMutationMethod(),
                ApproveMutationRequest.newBuilder()
                        .setId(id)
                        .setOptions(options)
                        .build());
    }

    /** Ends an approval that was asked for, by oneself or somebody else. */
    public ApprovalMutationResponse reject(String id, MutationOptions options) {
        return client.call(
                PolicyServiceGrpc.getRejectMutationMethod(),
                RejectMutationRequest.newBuilder().setId(id).setOptions(options).build());
    }
}
