package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.DeleteActionPolicyRequest;
import io.meshkit.v1.GetActionPolicyRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.ListActionPoliciesRequest;
import io.meshkit.v1.ListActionPoliciesResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PolicyRequirement;
import io.meshkit.v1.PutActionPolicyRequest;
import io.meshkit.v1.TransactRequest;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A mutation that lacks what a policy asks of it changes nothing, whatever way it comes. */
class PolicyTest {
    private final Registry registry = new Registry();

    @AfterEach
    void close() {
        registry.close();
    }

    private static ActionPolicy.Builder policy(String... verbs) {
        return ActionPolicy.newBuilder().setId("p").addAllVerbs(List.of(verbs));
    }

    private static PutActionPolicyRequest put(ActionPolicy.Builder policy) {
        return PutActionPolicyRequest.newBuilder().setActionPolicy(policy).build();
    }

    private void given(Message... requests) {
        for (Message request : requests) {
            Registry.Answer answer = registry.mutate(request);
            assertThat(answer.error()).as("given %s", request).isNull();
        }
    }

    private static <Q extends Message> Q reasoned(Q request) {
        return Registry.with(request, options -> options.setReason("because"));
    }

    private static <Q extends Message> Q ticketed(Q request, String ticket) {
        return Registry.with(request, options -> options.setChangeTicket(ticket));
    }

    /** Without options of its own. */
    private static TransactRequest transact(Message... operations) {
        return TransactHandlerTest.transact(operations).toBuilder()
                .clearOptions()
                .build();
    }

    private void refused(Message request, String says) {
        long revision = StateMeta.revision(registry.store);
        String before = Digests.records(registry.store);
        Registry.Answer answer = registry.mutate(request);
        assertThat(answer.isRejected()).as("rejected: %s", request).isTrue();
        assertThat(answer.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(answer.error().getMessage() + " | " + answer.error().getHint() + " | "
                        + answer.error().getField())
                .contains(says);
        assertThat(StateMeta.revision(registry.store)).isEqualTo(revision);
        assertThat(Digests.records(registry.store)).isEqualTo(before);
    }

    private void accepted(Message request) {
        assertThat(registry.mutate(request).error()).as("%s", request).isNull();
    }

    @Test
    void withoutAReason_isRefusedAndSaysHowToGiveOne() {
        given(Make.register("a"), put(policy("DrainPeer").setRequireReason(true)));

        refused(Make.drain("a"), "policy p asks for a reason | say why: options.reason, header x-meshkit-reason");
        refused(Registry.with(Make.drain("a"), options -> options.setReason("  ")), "options.reason");
        accepted(Make.cordon("a"));
        accepted(reasoned(Make.drain("a")));
    }

    @Test
    void withoutTheRightTicket_isRefused() {
        given(Make.register("a"), put(policy("*").setRequireTicket(true).setTicketPattern("CHG-#")));

        refused(Make.cordon("a"), "asks for a change ticket like CHG-#");
        refused(ticketed(Make.cordon("a"), "INC-7"), "options.changeTicket");
        refused(ticketed(Make.cordon("a"), "CHG-"), "options.changeTicket");
        accepted(ticketed(Make.cordon("a"), "CHG-1041"));
    }

    @Test
    void everyPolicyThatNamesIt_isHeldAgainstIt_andAllThatIsMissingIsSaid() {
        given(
                Make.register("a"),
                put(policy("Drain*").setRequireTicket(true)),
                put(policy("DrainPeer").setId("q").setRequireReason(true)));

        refused(Make.drain("a"), "policy p asks for a change ticket; policy q asks for a reason | name the change");
        refused(reasoned(Make.drain("a")), "policy p asks for a change ticket | ");
        accepted(reasoned(ticketed(Make.drain("a"), "T")));
    }

    @Test
    void ofANamespace_holdsThereOnly() {
        given(put(policy("UpsertShard").addNamespaces("prod").setRequireReason(true)));

        accepted(Make.shard("test", "s", ""));
        refused(Make.shard("prod", "s", ""), "a reason");
        accepted(reasoned(Make.shard("prod", "s", "")));
    }

    @Test
    void ofACluster_holdsForItsPeers_alsoForOneThatComesOrGoes() {
        Peer inEu = Peer.newBuilder().setId("a").setClusterId("eu").build();
        given(
                Make.create("eu", ClusterState.CLUSTER_STATE_ACTIVE),
                Make.register("a"),
                Make.register("b"),
                put(policy("*").addClusters("eu").setRequireReason(true)));

        accepted(Make.cordon("b"));
        refused(Make.updatePeer(inEu, "cluster_id"), "a reason");
        accepted(reasoned(Make.updatePeer(inEu, "cluster_id")));
        refused(Make.cordon("a"), "a reason");
        refused(Make.updatePeer(Peer.newBuilder().setId("a").build(), "cluster_id"), "a reason");
    }

    @Test
    void operationOfATransaction_isAsked_andAlsoAsTransact() {
        given(Make.register("a"), Make.register("b"), put(policy("DrainPeer").setRequireTicket(true)));
        TransactRequest mixed = transact(Make.cordon("b"), ticketed(Make.drain("a"), "CHG-1"));

        // Of an operation's own options only what it expects of its record counts: the transaction has no ticket.
        refused(mixed, "a change ticket");
        accepted(ticketed(mixed, "CHG-1"));

        given(put(policy("Transact").setId("q").setRequireReason(true)));
        refused(transact(Make.uncordon("b")), "policy q asks for a reason");
        accepted(Make.uncordon("b"));
    }

    @Test
    void ofTheSameLogEntry_holdsForWhatComesAfter() {
        given(Make.register("a"));
        List<CommandOutcome> outcomes =
                registry.apply(Stream.of(Make.cordon("a"), put(policy("*").setRequireReason(true)), Make.uncordon("a"))
                        .map(request -> Commands.wrap(request, "alice"))
                        .map(command -> Commands.withRequestId(
                                command, "e-" + Commands.operation(command).hashCode()))
                        .toList());

        assertThat(outcomes.stream().map(CommandOutcome::hasRejection)).containsExactly(false, false, true);
        assertThat(registry.query(GetPeerRequest.newBuilder().setId("a").build(), GetPeerResponse.class)
                        .getPeer()
                        .getAdminState())
                .isEqualTo(PeerAdminState.PEER_ADMIN_STATE_CORDONED);
    }

    @Test
    void whatIsWrongOtherwise_isSaidFirst_andWhatChangesNothingIsAskedForNothing() {
        given(Make.register("a"), Make.cordon("a"), put(policy("*").setRequireReason(true)));

        assertThat(registry.mutate(Make.cordon("nobody")).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(registry.mutate(Make.cordon("a")).result().getChanged()).isFalse();
    }

    @Test
    void refusal_leavesTheRequestIdFree() {
        given(Make.register("a"), put(policy("CordonPeer").setRequireReason(true)));
        Message first = Registry.with(Make.cordon("a"), options -> options.setRequestId("same"));

        refused(first, "a reason");
        accepted(reasoned(first));
    }

    @Test
    void dryRun_tellsWhatIsAsked_andRefusesNothing() {
        given(
                Make.register("a"),
                put(policy("CordonPeer").setRequireReason(true).setRequireTicket(true)));

        Registry.Answer tried = registry.dryRun(reasoned(Make.cordon("a")));

        assertThat(tried.error()).isNull();
        assertThat(tried.result().getChanged()).isTrue();
        assertThat(tried.result().getRequirementsList())
                .containsExactly(
                        PolicyRequirement.newBuilder()
                                .setPolicy("p")
                                .setKind(PolicyRequirement.Kind.REASON)
                                .setMet(true)
                                .setDetail("a reason")
                                .build(),
                        PolicyRequirement.newBuilder()
                                .setPolicy("p")
                                .setKind(PolicyRequirement.Kind.TICKET)
                                .setDetail("a change ticket")
                                .build());
        assertThat(registry.dryRun(Make.register("b")).result().getRequirementsList())
                .isEmpty();
    }

    @Test
    void policyOnPolicies_holdsForItsOwnEnd() {
        given(put(policy("DeleteActionPolicy").setRequireReason(true)));
        DeleteActionPolicyRequest delete =
                DeleteActionPolicyRequest.newBuilder().setId("p").build();

        refused(delete, "a reason");
        accepted(reasoned(delete));
        accepted(put(policy("*").setRequireReason(true)));
        refused(put(policy("*").setRequireTicket(true)), "a reason");
    }

    @Test
    void theRegistryItself_isAskedForNothing() {
        given(Make.leased("a", 3000), put(policy("*").setRequireReason(true)));
        long lease = registry.query(GetPeerRequest.newBuilder().setId("a").build(), GetPeerResponse.class)
                .getPeer()
                .getLease()
                .getId();
        Command expire = Commands.withRequestId(
                Commands.ofSystem(Make.settle(1, Make.step(LeaseStep.Kind.EXPIRE, lease, 1)), "meshkit:leases"), "s-1");

        long revision = StateMeta.revision(registry.store);
        assertThat(registry.apply(List.of(expire)).getFirst().hasRejection()).isFalse();
        assertThat(StateMeta.revision(registry.store)).isEqualTo(revision + 1);
    }

    @Provide
    Arbitrary<List<Message>> mutations() {
        return Mutations.lists(30);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void whatNobodyCanMeet_letsNoVerbChangeAnything(
            @ForAll("mutations") List<Message> before, @ForAll("mutations") List<Message> after) {
        try (Registry fresh = new Registry()) {
            before.forEach(fresh::mutate);
            assertThat(fresh.mutate(put(policy("*").setRequireTicket(true).setTicketPattern("NEVER-#")))
                            .error())
                    .isNull();
            long revision = StateMeta.revision(fresh.store);
            String records = Digests.records(fresh.store);

            after.forEach(fresh::mutate);

            assertThat(StateMeta.revision(fresh.store)).isEqualTo(revision);
            assertThat(Digests.records(fresh.store)).isEqualTo(records);
        }
    }

    @Test
    void policies_areReadAndLimited() {
        for (int i = 0; i < DomainLimits.ACTION_POLICIES_MAX; i++) {
            accepted(put(
                    policy(i % 2 == 0 ? "Drain*" : "CordonPeer").setId("p-" + i).setRequireReason(true)));
        }
        assertThat(registry.mutate(put(policy("*").setId("more").setRequireReason(true)))
                        .code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(registry.query(
                                ListActionPoliciesRequest.newBuilder()
                                        .setVerb("DrainPeer")
                                        .setSearch("P-1")
                                        .build(),
                                ListActionPoliciesResponse.class)
                        .getActionPoliciesList())
                .isNotEmpty()
                .allSatisfy(policy -> assertThat(policy.getVerbs(0)).isEqualTo("Drain*"));
        assertThat(registry.refused(GetActionPolicyRequest.newBuilder()
                                .setId("nobody")
                                .build())
                        .getCode())
                .isEqualTo(ErrorCode.NOT_FOUND.name());
    }

    static Stream<Refusal> malformed() {
        ErrorCode invalid = ErrorCode.INVALID_REQUEST;
        return Stream.of(
                Refusal.of("no id", put(policy("*").setId("").setRequireReason(true)), invalid, "actionPolicy.id"),
                Refusal.of("no verb", put(policy().setRequireReason(true)), invalid, "names no verb"),
                Refusal.of("no name of a verb", put(policy("a b").setRequireReason(true)), invalid, "verbs[0]"),
                Refusal.of("a star within", put(policy("*Peer").setRequireReason(true)), invalid, "not a verb"),
                Refusal.of("asks for nothing", put(policy("*")), invalid, "asks for nothing"),
                Refusal.of(
                        "a pattern alone",
                        put(policy("*").setRequireReason(true).setTicketPattern("A")),
                        invalid,
                        "set requireTicket"),
                Refusal.of(
                        "too many approvals",
                        put(policy("*").setRequiredApprovals(DomainLimits.APPROVALS_REQUIRED_MAX + 1)),
                        invalid,
                        "0–5"),
                Refusal.of(
                        "a lifetime without approvals",
                        put(policy("*").setRequireReason(true).setApprovalTtl(Times.duration(120_000))),
                        invalid,
                        "set requiredApprovals"),
                Refusal.of(
                        "a lifetime too short",
                        put(policy("*")
                                .setRequiredApprovals(1)
                                .setApprovalTtl(Times.duration(DomainLimits.APPROVAL_TTL_MS_MIN - 1))),
                        invalid,
                        "approvalTtl"),
                Refusal.of(
                        "a lifetime too long",
                        put(policy("*")
                                .setRequiredApprovals(1)
                                .setApprovalTtl(Times.duration(DomainLimits.APPROVAL_TTL_MS_MAX + 1))),
                        invalid,
                        "approvalTtl"),
                Refusal.of(
                        "a star in the midst",
                        put(policy("*").setRequireTicket(true).setTicketPattern("A*B")),
                        invalid,
                        "* is not at the end"),
                Refusal.of(
                        "digits after #",
                        put(policy("*").setRequireTicket(true).setTicketPattern("A-#1")),
                        invalid,
                        "# is followed by a digit"),
                Refusal.of(
                        "no such policy",
                        DeleteActionPolicyRequest.newBuilder().setId("x").build(),
                        ErrorCode.NOT_FOUND,
                        "list the action_policies"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformed_isRefused(Refusal refusal) {
        refusal.verify();
    }

    @Test
    void options_ofAPolicysOwnChange_areAudited() {
        given(Registry.with(
                put(policy("*").setRequireReason(true)),
                options -> options.setReason("soc2").setChangeTicket("CHG-9")));

        assertThat(registry.journal.getLast().getVerb()).isEqualTo("PutActionPolicy");
        assertThat(registry.journal.getLast().getReason()).isEqualTo("soc2");
        assertThat(registry.journal
                        .getLast()
                        .getChanges(0)
                        .getAfter()
                        .getActionPolicy()
                        .getId())
                .isEqualTo("p");
    }
}
