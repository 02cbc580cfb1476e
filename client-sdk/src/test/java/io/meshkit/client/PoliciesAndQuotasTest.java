package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.ActionPolicyMutationResponse;
import io.meshkit.v1.Approval;
import io.meshkit.v1.ApprovalMutationResponse;
import io.meshkit.v1.ApproveMutationRequest;
import io.meshkit.v1.DeleteActionPolicyRequest;
import io.meshkit.v1.DeleteQuotaRequest;
import io.meshkit.v1.GetActionPolicyResponse;
import io.meshkit.v1.GetApprovalResponse;
import io.meshkit.v1.GetQuotaResponse;
import io.meshkit.v1.ListActionPoliciesRequest;
import io.meshkit.v1.ListActionPoliciesResponse;
import io.meshkit.v1.ListApprovalsRequest;
import io.meshkit.v1.ListApprovalsResponse;
import io.meshkit.v1.ListQuotasRequest;
import io.meshkit.v1.ListQuotasResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.PolicyServiceGrpc;
import io.meshkit.v1.PutActionPolicyRequest;
import io.meshkit.v1.PutQuotaRequest;
import io.meshkit.v1.QuotaMutationResponse;
import io.meshkit.v1.QuotaServiceGrpc;
import io.meshkit.v1.RejectMutationRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoliciesAndQuotasTest {
    private static final MutationOptions OPTIONS =
            MutationOptions.newBuilder().setReason("as agreed").build();

    @TempDir
    Path directory;

    private FakeNode node;
    private MeshKitClient client;

    @BeforeEach
    void start() {
        node = new FakeNode("node-1", TestTls.create(directory));
        client = node.client();
    }

    @AfterEach
    void stop() {
        client.close();
        node.close();
    }

    private static ActionPolicy.Builder policy(String id) {
        return ActionPolicy.newBuilder().setId(id);
    }

    private static Approval.Builder approval(String id) {
        return Approval.newBuilder().setId(id);
    }

    private static NamespaceQuota.Builder quota(String namespace) {
        return NamespaceQuota.newBuilder().setNamespace(namespace);
    }

    @Test
    void policies_areReadByIdAndFromAllPages() {
        node.on(
                PolicyServiceGrpc.getGetActionPolicyMethod(),
                q -> GetActionPolicyResponse.newBuilder()
                        .setActionPolicy(policy(q.getId()))
                        .build());
        node.on(PolicyServiceGrpc.getListActionPoliciesMethod(), q -> {
            assertThat(q.getVerb()).isEqualTo("DrainPeer");
            return q.getPage().getCursor().isEmpty()
                    ? ListActionPoliciesResponse.newBuilder()
                            .addActionPolicies(policy("a"))
                            .setNextCursor("next")
                            .build()
                    : ListActionPoliciesResponse.newBuilder()
                            .addActionPolicies(policy("b"))
                            .build();
        });

        assertThat(client.policies().policy("drain").getId()).isEqualTo("drain");
        assertThat(client.policies()
                        .policies(ListActionPoliciesRequest.newBuilder()
                                .setVerb("DrainPeer")
                                .build()))
                .extracting(ActionPolicy::getId)
                .containsExactly("a", "b");
    }

    @Test
    void put_isOneMutationForAllAttempts() {
        AtomicInteger attempts = new AtomicInteger();
        node.on(PolicyServiceGrpc.getPutActionPolicyMethod(), q -> {
            if (attempts.incrementAndGet() == 1) {
                throw RegistryException.of(ErrorCode.LEADERSHIP_LOST, "as the test says", "");
            }
            return ActionPolicyMutationResponse.newBuilder()
                    .setActionPolicy(q.getActionPolicy())
                    .build();
        });

        ActionPolicyMutationResponse made = client.policies()
                .put(PutActionPolicyRequest.newBuilder()
                        .setActionPolicy(policy("drain").setRequiredApprovals(1))
                        .build());

        assertThat(made.getActionPolicy().getRequiredApprovals()).isEqualTo(1);
        assertThat(node.requests())
                .hasSize(2)
                .extracting(request ->
                        ((PutActionPolicyRequest) request).getOptions().getRequestId())
                .doesNotContain("")
                .hasSameElementsAs(
                        List.of(((PutActionPolicyRequest) node.requests().get(0))
                                .getOptions()
                                .getRequestId()));
    }

    @Test
    void delete_ofWhatIsNotThere_isNotRepeated() {
        node.on(PolicyServiceGrpc.getDeleteActionPolicyMethod(), q -> {
            throw RegistryException.of(ErrorCode.NOT_FOUND, q.getId() + " does not exist", "");
        });
        node.on(QuotaServiceGrpc.getDeleteQuotaMethod(), q -> {
            throw RegistryException.of(ErrorCode.NOT_FOUND, q.getNamespace() + " has none", "");
        });

        assertThatThrownBy(() -> client.policies()
                        .delete(DeleteActionPolicyRequest.newBuilder()
                                .setId("drain")
                                .build()))
                .hasMessageContaining("drain does not exist");
        assertThatThrownBy(() -> client.quotas()
                        .delete(DeleteQuotaRequest.newBuilder()
                                .setNamespace("games")
                                .build()))
                .hasMessageContaining("games has none");
        assertThat(node.requests()).hasSize(2);
    }

    @Test
    void approvals_areReadGivenAndRejected_withTheOptions() {
        node.on(
                PolicyServiceGrpc.getGetApprovalMethod(),
                q -> GetApprovalResponse.newBuilder()
                        .setApproval(approval(q.getId()))
                        .build());
        node.on(
                PolicyServiceGrpc.getListApprovalsMethod(),
                q -> ListApprovalsResponse.newBuilder()
                        .addApprovals(approval("ap-7").setRequester(q.getRequester()))
                        .build());
        node.on(
                PolicyServiceGrpc.getApproveMutationMethod(),
                q -> ApprovalMutationResponse.newBuilder()
                        .setApproval(approval(q.getId()))
                        .build());
        node.on(
                PolicyServiceGrpc.getRejectMutationMethod(),
                q -> ApprovalMutationResponse.newBuilder()
                        .setApproval(approval(q.getId()))
                        .build());

        assertThat(client.policies().approval("ap-7").getId()).isEqualTo("ap-7");
        assertThat(client.policies()
                        .approvals(ListApprovalsRequest.newBuilder()
                                .setRequester("ann")
                                .build()))
                .extracting(Approval::getRequester)
                .containsExactly("ann");
        assertThat(client.policies().approve("ap-7", OPTIONS).getApproval().getId())
                .isEqualTo("ap-7");
        assertThat(client.policies().reject("ap-8", OPTIONS).getApproval().getId())
                .isEqualTo("ap-8");

        ApproveMutationRequest approved =
                (ApproveMutationRequest) node.requests().get(2);
        RejectMutationRequest rejected = (RejectMutationRequest) node.requests().get(3);
        assertThat(approved.getOptions().getReason()).isEqualTo("as agreed");
        assertThat(rejected.getOptions().getReason()).isEqualTo("as agreed");
    }

    @Test
    void quotas_areReadPutAndDeleted() {
        node.on(
                QuotaServiceGrpc.getGetQuotaMethod(),
                q -> GetQuotaResponse.newBuilder()
                        .setNamespaceQuota(quota(q.getNamespace()).setShardsMax(5))
                        .build());
        node.on(
                QuotaServiceGrpc.getListQuotasMethod(),
                q -> q.getPage().getCursor().isEmpty()
                        ? ListQuotasResponse.newBuilder()
                                .addNamespaceQuotas(quota("*"))
                                .setNextCursor("next")
                                .build()
                        : ListQuotasResponse.newBuilder()
                                .addNamespaceQuotas(quota("games"))
                                .build());
        node.on(
                QuotaServiceGrpc.getPutQuotaMethod(),
                q -> QuotaMutationResponse.newBuilder()
                        .setNamespaceQuota(q.getNamespaceQuota())
                        .build());
        node.on(
                QuotaServiceGrpc.getDeleteQuotaMethod(),
                q -> QuotaMutationResponse.newBuilder()
                        .setNamespaceQuota(quota(q.getNamespace()))
                        .build());

        assertThat(client.quotas().quota("games").getShardsMax()).isEqualTo(5);
        assertThat(client.quotas().quotas(ListQuotasRequest.getDefaultInstance()))
                .extracting(NamespaceQuota::getNamespace)
                .containsExactly("*", "games");
        assertThat(client.quotas()
                        .put(PutQuotaRequest.newBuilder()
                                .setNamespaceQuota(quota("games").setShardsMax(9))
                                .build())
                        .getNamespaceQuota()
                        .getShardsMax())
                .isEqualTo(9);
        assertThat(client.quotas()
                        .delete(DeleteQuotaRequest.newBuilder()
                                .setNamespace("games")
                                .build())
                        .getNamespaceQuota()
                        .getNamespace())
                .isEqualTo("games");
    }
}
