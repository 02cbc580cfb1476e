package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.Approval;
import io.meshkit.v1.ApproveMutationRequest;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Binding;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.Credential;
import io.meshkit.v1.DeleteActionPolicyRequest;
import io.meshkit.v1.ForgetExpiredRequest;
import io.meshkit.v1.GetApprovalRequest;
import io.meshkit.v1.GetApprovalResponse;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.ListApprovalsRequest;
import io.meshkit.v1.ListApprovalsResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PolicyRequirement;
import io.meshkit.v1.PutActionPolicyRequest;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RejectMutationRequest;
import io.meshkit.v1.RevokeAccessRequest;
import io.meshkit.v1.RevokeTokenBatchRequest;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two pairs of eyes: a mutation that a policy wants approved happens once, as it was approved, or not at all. */
class ApprovalTest {
    private static final Caller ROOT = caller("root");
    private static final Caller ALICE = caller("alice");
    private static final Caller BOB = caller("bob");
    private static final Caller CAROL = caller("carol");

    private final Registry registry = new Registry();

    @BeforeEach
    void seed() {
        registry.seedAccess();
        for (String operator : List.of("alice", "bob", "carol")) {
            given(ROOT, grant(Binding.newBuilder().setPrincipal(operator).setRole("mesh.operate")));
        }
        given(ROOT, Make.register("a"));
        given(ROOT, Make.register("b"));
        given(ROOT, policy(1));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static Caller caller(String principal) {
        return new Caller(
                principal,
                Credential.newBuilder()
                        .setMethod("mtls")
                        .setId("t-" + principal)
                        .build());
    }

    private static GrantAccessRequest grant(Binding.Builder binding) {
        return GrantAccessRequest.newBuilder().setBinding(binding).build();
    }

    private static PutActionPolicyRequest policy(int approvals) {
        return PutActionPolicyRequest.newBuilder()
                .setActionPolicy(ActionPolicy.newBuilder()
                        .setId("two")
                        .addVerbs("DrainPeer")
                        .addVerbs("DeleteActionPolicy")
                        .addVerbs("IssueToken")
                        .setRequiredApprovals(approvals))
                .build();
    }

    private Registry.Answer given(Caller caller, Message request) {
        Registry.Answer answer = registry.mutate(caller, request);
        assertThat(answer.error()).as("%s", request).isNull();
        return answer;
    }

    private void refused(Caller caller, Message request, ErrorCode code, String says) {
        long revision = StateMeta.revision(registry.store);
        Registry.Answer answer = registry.mutate(caller, request);
        assertThat(answer.isRejected()).as("rejected: %s", request).isTrue();
        assertThat(answer.error().getMessage() + " | " + answer.error().getHint())
                .contains(says);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(StateMeta.revision(registry.store)).isEqualTo(revision);
    }

    private static <Q extends Message> Q asking(Q request) {
        return Registry.with(request, options -> options.setRequestApproval(true));
    }

    private static <Q extends Message> Q under(String approval, Q request) {
        return Registry.with(request, options -> options.setApprovalId(approval));
    }

    private static ApproveMutationRequest approve(String id) {
        return ApproveMutationRequest.newBuilder().setId(id).build();
    }

    private static RejectMutationRequest reject(String id) {
        return RejectMutationRequest.newBuilder().setId(id).build();
    }

    /** The id of the approval that the caller asks for. */
    private String ask(Caller caller, Message request) {
        Registry.Answer answer = given(caller, asking(request));
        assertThat(answer.result().getChanged()).isFalse();
        assertThat(answer.result().getApprovalId()).isNotEmpty();
        return answer.result().getApprovalId();
    }

    private Approval approval(String id) {
        return registry.query(GetApprovalRequest.newBuilder().setId(id).build(), GetApprovalResponse.class)
                .getApproval();
    }

    @Test
    void wholeWay_changesOnce_andTheAuditHistoryHasAllOfIt() {
        refused(
                ALICE,
                Make.drain("a"),
                ErrorCode.FORBIDDEN,
                "the approval of somebody else, and none is named | ask for");
        String records = Digests.records(registry.store);
        String id = ask(ALICE, Make.drain("a"));

        Approval asked = approval(id);
        assertThat(asked.getRequester()).isEqualTo("alice");
        assertThat(asked.getVerb()).isEqualTo("DrainPeer");
        assertThat(asked.getMutation()).contains("id: \"a\"");
        assertThat(asked.getPoliciesList()).containsExactly("two");
        assertThat(registry.journal.getLast().getVerb()).isEqualTo("RequestApproval");
        refused(ALICE, under(id, Make.drain("a")), ErrorCode.FORBIDDEN, id + " has 0 of 1");

        given(BOB, Registry.with(approve(id), options -> options.setReason("looks right")));
        assertThat(approval(id).getApprovedBy(0).getPrincipal()).isEqualTo("bob");
        assertThat(approval(id).getApprovedBy(0).getCredential()).isEqualTo("mtls/t-bob");
        assertThat(approval(id).getApprovedBy(0).getReason()).isEqualTo("looks right");

        Registry.Answer drained = given(ALICE, under(id, Make.drain("a")));
        assertThat(drained.result().getChanged()).isTrue();
        AuditEntry entry = registry.journal.getLast();
        assertThat(entry.getVerb()).isEqualTo("DrainPeer");
        assertThat(entry.getActor()).isEqualTo("alice");
        assertThat(entry.getChangesList().stream().map(RecordChange::getKind)).containsExactly("peer", "approval");
        assertThat(entry.getChanges(1)
                        .getBefore()
                        .getApproval()
                        .getApprovedBy(0)
                        .getPrincipal())
                .isEqualTo("bob");
        assertThat(Digests.records(registry.store)).isNotEqualTo(records);

        given(ALICE, Make.resume("a"));
        refused(ALICE, under(id, Make.drain("a")), ErrorCode.FORBIDDEN, "was used, was rejected or has expired");
        refused(BOB, approve(id), ErrorCode.NOT_FOUND, "was used");
    }

    @Test
    void asking_changesNothingElse_andARetryAsksOnce() {
        Message once = Registry.with(asking(Make.drain("a")), options -> options.setRequestId("same"));

        Registry.Answer first = given(ALICE, once);
        Registry.Answer again = given(ALICE, once);

        assertThat(again.result().getApprovalId()).isEqualTo(first.result().getApprovalId());
        assertThat(again.result().getReplayed()).isTrue();
        assertThat(registry.query(ListApprovalsRequest.getDefaultInstance(), ListApprovalsResponse.class)
                        .getApprovalsList())
                .hasSize(1);
        assertThat(registry.query(GetPeerRequest.newBuilder().setId("a").build(), GetPeerResponse.class)
                        .getPeer()
                        .getMeta()
                        .getVersion())
                .isEqualTo(1);
    }

    @Test
    void approval_isForExactlyThatMutationAndThatRequester() {
        String id = ask(ALICE, Registry.with(Make.drain("a"), options -> options.setReason("disk")));
        given(BOB, approve(id));
        Message exact = Registry.with(Make.drain("a"), options -> options.setReason("disk"));

        refused(ALICE, under(id, Make.drain("b")), ErrorCode.FORBIDDEN, "is for another mutation");
        refused(ALICE, under(id, Make.drain("a")), ErrorCode.FORBIDDEN, "is for another mutation");
        refused(
                ALICE,
                under(id, Registry.with(exact, options -> options.setIfMatch("*"))),
                ErrorCode.FORBIDDEN,
                "is for another mutation");
        refused(CAROL, under(id, exact), ErrorCode.FORBIDDEN, "was asked for by alice");
        refused(BOB, under(id, exact), ErrorCode.FORBIDDEN, "was asked for by alice");
        given(ALICE, under(id, exact));
    }

    @Test
    void requester_cannotApprove_andOneCannotApproveTwice() {
        given(ROOT, policy(2));
        String id = ask(ALICE, Make.drain("a"));

        refused(ALICE, approve(id), ErrorCode.FORBIDDEN, "somebody else must approve it");
        given(BOB, approve(id));
        assertThat(given(BOB, approve(id)).result().getChanged()).isFalse();
        refused(ALICE, under(id, Make.drain("a")), ErrorCode.FORBIDDEN, "has 1 of 2");
        given(CAROL, approve(id));
        given(ALICE, under(id, Make.drain("a")));
    }

    @Test
    void approver_mustBeAbleToMakeTheMutation() {
        given(
                ROOT,
                grant(Binding.newBuilder()
                        .setPrincipal("dave")
                        .setRole("mesh.operate")
                        .addClusters("eu")));
        given(ROOT, grant(Binding.newBuilder().setPrincipal("reader").setRole("mesh.read")));
        String id = ask(ALICE, Make.drain("a"));

        refused(caller("reader"), approve(id), ErrorCode.FORBIDDEN, "may not use ApproveMutation");
        refused(caller("dave"), approve(id), ErrorCode.FORBIDDEN, "only who could make the mutation");
        refused(caller("dave"), reject(id), ErrorCode.FORBIDDEN, "only who could make the mutation");

        DeleteActionPolicyRequest delete =
                DeleteActionPolicyRequest.newBuilder().setId("two").build();
        String ofAdmin = ask(ROOT, delete);
        refused(BOB, approve(ofAdmin), ErrorCode.FORBIDDEN, "only who could make the mutation");
        given(ROOT, grant(Binding.newBuilder().setPrincipal("root2").setRole("mesh.admin")));
        given(caller("root2"), approve(ofAdmin));
        given(ROOT, under(ofAdmin, delete));
        given(ALICE, Make.drain("a"));
    }

    @Test
    void narrowedApprover_approvesWhatItsBindingCovers() {
        given(ROOT, Make.create("eu", ClusterState.CLUSTER_STATE_ACTIVE));
        given(
                ROOT,
                Make.updatePeer(Peer.newBuilder().setId("a").setClusterId("eu").build(), "cluster_id"));
        given(
                ROOT,
                grant(Binding.newBuilder()
                        .setPrincipal("dave")
                        .setRole("mesh.operate")
                        .addClusters("eu")));
        String id = ask(ALICE, Make.drain("a"));

        given(caller("dave"), approve(id));
        given(ALICE, under(id, Make.drain("a")));
    }

    @Test
    void requesterWhoLosesTheRight_cannotUseTheApproval() {
        Binding narrow = given(
                        ROOT, grant(Binding.newBuilder().setPrincipal("erin").setRole("mesh.operate")))
                .record("binding");
        String id = ask(caller("erin"), Make.drain("a"));
        given(BOB, approve(id));
        given(ROOT, RevokeAccessRequest.newBuilder().setId(narrow.getId()).build());

        refused(caller("erin"), under(id, Make.drain("a")), ErrorCode.FORBIDDEN, "may not use DrainPeer");
    }

    @Test
    void whatWouldBeRefused_isNeitherAskedForNorApproved() {
        refused(ALICE, asking(Make.drain("nobody")), ErrorCode.NOT_FOUND, "does not exist");
        refused(ALICE, asking(Make.cordon("a")), ErrorCode.PRECONDITION_FAILED, "no policy wants an approval");
        refused(
                ALICE,
                asking(DeleteActionPolicyRequest.newBuilder().setId("two").build()),
                ErrorCode.FORBIDDEN,
                "");
        Message fresh = Registry.with(Make.drain("a"), options -> options.setExpectedVersion(1));
        String id = ask(ALICE, fresh);
        given(BOB, Make.cordon("a"));

        refused(BOB, approve(id), ErrorCode.PRECONDITION_FAILED, "would be refused now");
        given(BOB, reject(id));
        refused(BOB, approve(id), ErrorCode.NOT_FOUND, id);
    }

    @Test
    void expired_canBeNeitherGivenNorUsed_andGoesWhenAnotherIsAskedFor() {
        String given = ask(ALICE, Make.drain("a"));
        given(BOB, approve(given));
        String open = ask(ALICE, Make.drain("b"));
        registry.nowMs += DomainLimits.APPROVAL_TTL_MS_DEFAULT;

        refused(ALICE, under(given, Make.drain("a")), ErrorCode.FORBIDDEN, "has expired");
        refused(BOB, approve(open), ErrorCode.PRECONDITION_FAILED, "can ask again");
        registry.nowMs++;
        ask(ALICE, Make.drain("b"));
        assertThat(registry.query(ListApprovalsRequest.getDefaultInstance(), ListApprovalsResponse.class)
                        .getApprovalsList())
                .hasSize(1);
    }

    @Test
    void expired_goByTheLeadersUpkeep_aFewAtATime_andOpenOnesStay() {
        for (int i = 0; i <= DomainLimits.APPROVAL_SWEEP; i++) {
            ask(ALICE, Make.drain("a"));
        }
        registry.nowMs += DomainLimits.APPROVAL_TTL_MS_DEFAULT;
        String open = ask(ALICE, Make.drain("b"));
        registry.nowMs++;

        forgetExpired();
        assertThat(approvals()).hasSize(2).contains(open);
        assertThat(registry.journal.getLast().getVerb()).isEqualTo("ForgetExpired");
        forgetExpired();
        assertThat(approvals()).containsExactly(open);
        int revisions = registry.journal.size();
        forgetExpired();

        assertThat(approvals()).containsExactly(open);
        assertThat(registry.journal).as("nothing was changed").hasSize(revisions);
    }

    private void forgetExpired() {
        registry.apply(Commands.ofSystem(ForgetExpiredRequest.getDefaultInstance(), "meshkit:upkeep"));
    }

    private List<String> approvals() {
        return registry
                .query(ListApprovalsRequest.getDefaultInstance(), ListApprovalsResponse.class)
                .getApprovalsList()
                .stream()
                .map(Approval::getId)
                .toList();
    }

    @Test
    void requester_withdraws() {
        String id = ask(ALICE, Make.drain("a"));

        given(ALICE, reject(id));

        assertThat(registry.journal.getLast().getVerb()).isEqualTo("RejectMutation");
        refused(ALICE, under(id, Make.drain("a")), ErrorCode.FORBIDDEN, "was rejected");
    }

    @Test
    void transaction_isApprovedAsAWhole() {
        Message both = TransactHandlerTest.transact(Make.cordon("b"), Make.drain("a"));
        refused(ALICE, both, ErrorCode.FORBIDDEN, "the approval of somebody else");
        String id = ask(ALICE, both);
        given(BOB, approve(id));

        refused(ALICE, under(id, Make.drain("a")), ErrorCode.FORBIDDEN, "is for another mutation");
        given(ALICE, under(id, both));
    }

    @Test
    void stepOfABatch_isAskedAsTheBatch() {
        PutActionPolicyRequest.Builder asks = policy(0).toBuilder();
        asks.getActionPolicyBuilder().clearVerbs().addVerbs("RevokeTokenBatch").setRequireReason(true);
        given(ROOT, asks.build());
        given(ROOT, issue("t-1", 1).toBuilder().setBatchId("night").build());
        RevokeTokenBatchRequest batch =
                RevokeTokenBatchRequest.newBuilder().setBatchId("night").build();

        refused(ROOT, batch, ErrorCode.FORBIDDEN, "policy two asks for a reason");
        given(ROOT, Registry.with(batch, options -> options.setReason("leaked")));
    }

    @Test
    void secretsThatANodeMakes_areNotPartOfWhatIsApproved() {
        given(ROOT, grant(Binding.newBuilder().setPrincipal("root2").setRole("mesh.admin")));
        String id = ask(ROOT, issue("t-1", 1));
        given(caller("root2"), approve(id));

        assertThat(approval(id).getMutation()).doesNotContain("secret_sha256");
        given(ROOT, under(id, issue("t-2", 2)));
    }

    private static IssueTokenRequest issue(String id, int secret) {
        return IssueTokenRequest.newBuilder()
                .setPrincipal("ci")
                .setTokenId(id)
                .setSecretSha256(ByteString.copyFrom(new byte[32])
                        .substring(1)
                        .concat(ByteString.copyFrom(new byte[] {(byte) secret})))
                .build();
    }

    @Test
    void otherRequirements_areAskedForBeforeAnApprovalIs() {
        given(
                ROOT,
                PutActionPolicyRequest.newBuilder()
                        .setActionPolicy(ActionPolicy.newBuilder()
                                .setId("why")
                                .addVerbs("*")
                                .setRequireReason(true))
                        .build());

        refused(ALICE, asking(Make.drain("a")), ErrorCode.FORBIDDEN, "policy why asks for a reason");
        String id = ask(ALICE, Registry.with(Make.drain("a"), options -> options.setReason("disk")));
        // Approvals themselves are asked for nothing.
        given(BOB, approve(id));
    }

    @Test
    void dryRun_tellsOfTheApproval_andAsksForNone() {
        Consumer<MutationOptions.Builder> dry = options -> options.setDryRun(true);
        Registry.Answer tried = given(ALICE, Registry.with(asking(Make.drain("a")), dry));

        assertThat(tried.result().getApprovalId()).isEmpty();
        assertThat(tried.result().getRequirementsList())
                .containsExactly(PolicyRequirement.newBuilder()
                        .setPolicy("two")
                        .setKind(PolicyRequirement.Kind.APPROVAL)
                        .setDetail("the approval of somebody else, and none is named")
                        .build());
        String id = ask(ALICE, Make.drain("a"));
        given(BOB, approve(id));
        assertThat(given(ALICE, Registry.with(under(id, Make.drain("a")), dry))
                        .result()
                        .getRequirements(0)
                        .getMet())
                .isTrue();
        given(ALICE, under(id, Make.drain("a")));
    }

    @Test
    void approvals_areLimited() {
        for (int i = 0; i < DomainLimits.APPROVALS_PER_REQUESTER_MAX; i++) {
            ask(ALICE, Make.drain("a"));
        }
        refused(ALICE, asking(Make.drain("a")), ErrorCode.LIMIT_EXCEEDED, "alice has asked for 50 already");
        ask(BOB, Make.drain("a"));

        Message large = TransactHandlerTest.transact(
                Make.drain("a"),
                Make.label("b", "k", "v").toBuilder()
                        .putSet("x", "v".repeat(200))
                        .build());
        Message tooLarge = TransactHandlerTest.transact(Stream.concat(
                        Stream.of(Make.drain("a")),
                        IntStream.range(0, 200).mapToObj(i -> Make.register("p-" + "x".repeat(100) + i)))
                .toArray(Message[]::new));
        ask(CAROL, large);
        refused(CAROL, asking(tooLarge), ErrorCode.LIMIT_EXCEEDED, "can be approved");
    }

    @Test
    void approvals_ofAllTogether_areLimited() {
        int requesters = DomainLimits.APPROVALS_MAX / DomainLimits.APPROVALS_PER_REQUESTER_MAX;
        for (int i = 0; i < requesters; i++) {
            given(ROOT, grant(Binding.newBuilder().setPrincipal("r-" + i).setRole("mesh.operate")));
            for (int j = 0; j < DomainLimits.APPROVALS_PER_REQUESTER_MAX; j++) {
                ask(caller("r-" + i), Make.drain("a"));
            }
        }

        refused(ALICE, asking(Make.drain("a")), ErrorCode.LIMIT_EXCEEDED, "there are 1000 approvals already");
        // Expired ones make room, a few for each that is asked for.
        registry.nowMs += DomainLimits.APPROVAL_TTL_MS_DEFAULT + 1;
        ask(ALICE, Make.drain("a"));
    }

    @Test
    void ttl_isTheShortestOfThePolicies() {
        given(
                ROOT,
                PutActionPolicyRequest.newBuilder()
                        .setActionPolicy(ActionPolicy.newBuilder()
                                .setId("short")
                                .addVerbs("Drain*")
                                .setRequiredApprovals(1)
                                .setApprovalTtl(Times.duration(120_000)))
                        .build());
        String id = ask(ALICE, Make.drain("a"));

        assertThat(Times.unixMs(approval(id).getExpiresAt())).isEqualTo(registry.nowMs + 120_000);
        assertThat(approval(id).getPoliciesList()).containsExactly("short", "two");
    }
}
