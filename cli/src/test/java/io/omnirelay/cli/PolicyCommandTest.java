package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.ActionPolicyMutationResponse;
import io.meshkit.v1.Approval;
import io.meshkit.v1.ApprovalVote;
import io.meshkit.v1.DrainPeerRequest;
import io.meshkit.v1.ListActionPoliciesResponse;
import io.meshkit.v1.ListApprovalsResponse;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PolicyRequirement;
import io.meshkit.v1.PutActionPolicyRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
    @TempDir
    Path directory;

    private FakeRegistry registry;
    private Cli cli;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry(directory);
        cli = new Cli(directory).with("OMNIRELAY_CONTEXT", registry.context().toString());
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
    }

    private Cli.Result run(String command) {
        return cli.run(command.split(" "));
    }

    private static PeerMutationResponse drained(MutationResult.Builder result) {
        return PeerMutationResponse.newBuilder()
                .setPeer(Peer.newBuilder().setId("a"))
                .setResult(result)
                .build();
    }

    @Test
    void put_sendsWhatWasGiven() {
        registry.on(
                "PutActionPolicy",
                q -> ActionPolicyMutationResponse.newBuilder()
                        .setActionPolicy(((PutActionPolicyRequest) q).getActionPolicy())
                        .setResult(MutationResult.newBuilder().setChanged(true).setRevision(7))
                        .build());

        Cli.Result result =
                run("mesh policies put p --verb Delete*,DrainPeer --namespace n --cluster c --require-reason"
                        + " --ticket-pattern CHG-# --require-approvals 2 --approval-ttl 4h");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("policy p: changed")
                .contains("ticket=CHG-#")
                .contains("approvals=2");
        assertThat(((PutActionPolicyRequest)
                                registry.requests("PutActionPolicy").getFirst())
                        .getActionPolicy())
                .isEqualTo(ActionPolicy.newBuilder()
                        .setId("p")
                        .addVerbs("Delete*")
                        .addVerbs("DrainPeer")
                        .addNamespaces("n")
                        .addClusters("c")
                        .setRequireReason(true)
                        .setRequireTicket(true)
                        .setTicketPattern("CHG-#")
                        .setRequiredApprovals(2)
                        .setApprovalTtl(Duration.newBuilder().setSeconds(14_400))
                        .build());
    }

    @Test
    void put_withoutAVerb_isRefused() {
        Cli.Result result = run("mesh policies put p --require-reason");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--verb");
    }

    @Test
    void dryRun_saysWhatPoliciesAsk() {
        registry.on(
                "DrainPeer",
                q -> drained(MutationResult.newBuilder()
                        .setDryRun(true)
                        .setChanged(true)
                        .addRequirements(PolicyRequirement.newBuilder()
                                .setPolicy("p")
                                .setKind(PolicyRequirement.Kind.REASON)
                                .setMet(true)
                                .setDetail("a reason"))
                        .addRequirements(PolicyRequirement.newBuilder()
                                .setPolicy("p")
                                .setKind(PolicyRequirement.Kind.TICKET)
                                .setDetail("a change ticket"))));

        assertThat(run("mesh peers drain a --reason r --dry-run").out())
                .contains("dry run, would change")
                .contains("policy p asks for a reason: given")
                .contains("policy p asks for a change ticket: missing, it would be refused");
    }

    @Test
    void requestApproval_asksNobodyHere_andSaysHowToGoOn() {
        registry.on(
                "DrainPeer",
                q -> drained(MutationResult.newBuilder().setRevision(8).setApprovalId("ap-8")));

        Cli.Result result = run("mesh peers drain a --request-approval");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("peer a: not changed, approval ap-8 asked for")
                .contains("omnirelay mesh approvals approve ap-8")
                .contains("--approval ap-8");
        run("mesh peers drain a --approval ap-8 --yes");
        assertThat(registry.requests("DrainPeer").stream()
                        .map(request -> ((DrainPeerRequest) request).getOptions())
                        .map(options -> options.getRequestApproval() + " " + options.getApprovalId()))
                .containsExactly("true ", "false ap-8");
    }

    @Test
    void lists_showWhoWaitsForWhom() {
        registry.on(
                "ListActionPolicies",
                q -> ListActionPoliciesResponse.newBuilder()
                        .addActionPolicies(ActionPolicy.newBuilder()
                                .setId("p")
                                .addVerbs("*")
                                .setRequiredApprovals(2))
                        .build());
        registry.on(
                "ListApprovals",
                q -> ListApprovalsResponse.newBuilder()
                        .addApprovals(Approval.newBuilder()
                                .setId("ap-8")
                                .setVerb("DrainPeer")
                                .setRequester("alice")
                                .setApprovalsRequired(2)
                                .addApprovedBy(ApprovalVote.newBuilder().setPrincipal("bob"))
                                .setMutation("id: \"a\""))
                        .build());

        assertThat(run("mesh policies list").out()).contains("approvals=2");
        assertThat(run("mesh approvals list").out())
                .contains("ap-8")
                .contains("alice")
                .contains("1/2")
                .contains("id: \"a\"");
    }
}
