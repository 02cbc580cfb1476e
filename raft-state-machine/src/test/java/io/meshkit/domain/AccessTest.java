package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.options.Scope;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.Credential;
import io.meshkit.v1.DeleteRoleRequest;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.Permission;
import io.meshkit.v1.PutRoleRequest;
import io.meshkit.v1.RecordDenialsRequest;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.RevokeAccessRequest;
import io.meshkit.v1.RevokeTokenBatchRequest;
import io.meshkit.v1.RevokeTokenBatchResponse;
import io.meshkit.v1.RevokeTokenRequest;
import io.meshkit.v1.Role;
import io.meshkit.v1.SettleLeasesRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import io.meshkit.v1.UpsertShardRequest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessTest {
    private static final Caller ROOT = caller("root");
    private static final Caller BOB = caller("bob", "ops");

    private final Registry registry = new Registry();
    private int requests;

    @BeforeEach
    void seed() {
        registry.seedAccess();
        assertThat(registry.mutate(ROOT, register("p1")).isRejected()).isFalse();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static Caller caller(String principal, String... groups) {
        return new Caller(
                principal,
                Credential.newBuilder()
                        .setMethod("test")
                        .addAllGroups(List.of(groups))
                        .build());
    }

    private static Caller bearer(String principal, String token) {
        return new Caller(
                principal,
                Credential.newBuilder().setMethod("token").setId(token).build());
    }

    private static RegisterPeerRequest register(String id) {
        return RegisterPeerRequest.newBuilder()
                .setPeer(Peer.newBuilder().setId(id).setRole("worker"))
                .build();
    }

    private static CordonPeerRequest cordon(String id) {
        return CordonPeerRequest.newBuilder().setId(id).build();
    }

    private static UpsertShardRequest shard(String namespace, String id) {
        return UpsertShardRequest.newBuilder()
                .setShard(Shard.newBuilder()
                        .setNamespace(namespace)
                        .setShardId(id)
                        .setStrategyId("rendezvous"))
                .build();
    }

    private Binding grant(Binding.Builder binding) {
        Registry.Answer answer = registry.mutate(
                ROOT, GrantAccessRequest.newBuilder().setBinding(binding).build());
        assertThat(answer.error()).isNull();
        return answer.record("binding");
    }

    private static Binding.Builder bob(String role) {
        return Binding.newBuilder().setPrincipal("bob").setRole(role);
    }

    private ErrorCode code(Registry.Answer answer) {
        return answer.isRejected() ? answer.code() : null;
    }

    @Test
    void apply_beforeAnyAccessRecord_checksNothing() {
        try (Registry fresh = new Registry()) {
            assertThat(fresh.mutate("anybody", register("p1")).isRejected()).isFalse();
        }
    }

    @Test
    void apply_withoutABinding_isForbiddenAndWritesNothing() {
        long revision = StateMeta.revision(registry.store);

        assertThat(code(registry.mutate(BOB, cordon("p1")))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(StateMeta.revision(registry.store)).isEqualTo(revision);
    }

    @Test
    void apply_withoutACredential_isRefused() {
        assertThat(code(registry.apply(Commands.wrap(cordon("p1"), "root")))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void revoke_atRevisionR_holdsForEverythingAfterAlsoInTheSameEntry() {
        Binding binding = grant(bob("mesh.operate"));
        Command before = Commands.withRequestId(Commands.wrap(cordon("p1"), BOB), "x1");
        Command revoke = Commands.withRequestId(
                Commands.wrap(
                        RevokeAccessRequest.newBuilder().setId(binding.getId()).build(), ROOT),
                "x2");
        Command after = Commands.withRequestId(Commands.wrap(register("p2"), BOB), "x3");

        List<CommandOutcome> outcomes = registry.apply(List.of(before, revoke, after));

        assertThat(outcomes.get(0).hasRejection()).isFalse();
        assertThat(outcomes.get(1).hasRejection()).isFalse();
        assertThat(outcomes.get(2).getRejection().getCode()).isEqualTo("FORBIDDEN");
        assertThat(code(registry.mutate(BOB, register("p3")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void apply_retryOfWhatWasAppliedBeforeTheRevocation_repeatsTheAnswer() {
        Binding binding = grant(bob("mesh.operate"));
        Command command = Commands.withRequestId(Commands.wrap(register("p2"), BOB), "once");
        assertThat(registry.apply(command).isRejected()).isFalse();
        registry.mutate(
                ROOT, RevokeAccessRequest.newBuilder().setId(binding.getId()).build());

        Registry.Answer again = registry.apply(command);

        assertThat(again.isRejected()).isFalse();
        assertThat(again.result().getReplayed()).isTrue();
    }

    @Test
    void apply_forbiddenThenGranted_theSameRequestMayBeTriedAgain() {
        Command command = Commands.withRequestId(Commands.wrap(cordon("p1"), BOB), "again");
        assertThat(code(registry.apply(command))).isEqualTo(ErrorCode.FORBIDDEN);
        grant(bob("mesh.operate"));

        assertThat(code(registry.apply(command))).isNull();
    }

    @Test
    void grant_toAGroup_holdsForItsMembers() {
        grant(Binding.newBuilder().setGroup("ops").setRole("mesh.operate"));

        assertThat(code(registry.mutate(BOB, cordon("p1")))).isNull();
        assertThat(code(registry.mutate(caller("carol"), cordon("p1")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void grant_narrowedByNamespace_holdsThereOnly() {
        grant(bob("mesh.operate").addNamespaces("blue"));

        assertThat(code(registry.mutate(BOB, shard("blue", "s1")))).isNull();
        assertThat(code(registry.mutate(BOB, shard("green", "s1")))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(code(registry.mutate(BOB, cordon("p1")))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(code(registry.mutate(BOB, cordon("missing"))))
                .as("not told whether a record outside exists")
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void grant_narrowedByNamespace_holdsInsideTransactionsToo() {
        grant(bob("mesh.operate").addNamespaces("blue"));
        TransactRequest mixed = TransactRequest.newBuilder()
                .addOperations(TransactionOperation.newBuilder().setUpsertShard(shard("blue", "s1")))
                .addOperations(TransactionOperation.newBuilder().setUpsertShard(shard("green", "s1")))
                .build();

        Registry.Answer answer = registry.mutate(BOB, mixed);

        assertThat(code(answer)).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(code(registry.mutate(
                        BOB,
                        TransactRequest.newBuilder()
                                .addOperations(mixed.getOperations(0))
                                .build())))
                .isNull();
    }

    @Test
    void grant_narrowedByLabels_holdsBeforeAndAfterTheChange() {
        grant(bob("mesh.operate").setLabelSelector("team=blue"));
        assertThat(code(registry.mutate(BOB, cordon("p1")))).isEqualTo(ErrorCode.FORBIDDEN);
        registry.mutate(
                ROOT,
                LabelPeerRequest.newBuilder().setId("p1").putSet("team", "blue").build());

        assertThat(code(registry.mutate(BOB, cordon("p1")))).isNull();
        assertThat(code(registry.mutate(
                        BOB,
                        LabelPeerRequest.newBuilder()
                                .setId("p1")
                                .putSet("team", "green")
                                .build())))
                .as("it would leave what he may touch")
                .isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(code(registry.mutate(BOB, register("p2")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void grant_narrowedByVerb_holdsForThatVerbOnly() {
        grant(bob("mesh.operate").addVerbs("CordonPeer"));

        assertThat(code(registry.mutate(BOB, cordon("p1")))).isNull();
        assertThat(code(registry.mutate(BOB, register("p2")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void grant_thatExpires_holdsUntilThen() {
        grant(bob("mesh.operate").setExpiresAt(Times.timestamp(registry.nowMs + 1_000)));
        assertThat(code(registry.mutate(BOB, register("p2")))).isNull();

        registry.nowMs += 1_000;

        assertThat(code(registry.mutate(BOB, register("p3")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void role_ofOnesOwn_givesItsPermissionsUntilItChanges() {
        Role role = Role.newBuilder()
                .setName("cordoner")
                .addPermissions(Permission.newBuilder()
                        .setScope(Scope.SCOPE_OPERATE)
                        .addVerbs("CordonPeer")
                        .addVerbs("UncordonPeer"))
                .build();
        assertThat(code(registry.mutate(
                        ROOT,
                        GrantAccessRequest.newBuilder()
                                .setBinding(bob("cordoner"))
                                .build())))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        registry.mutate(ROOT, PutRoleRequest.newBuilder().setRole(role).build());
        grant(bob("cordoner"));
        assertThat(code(registry.mutate(BOB, cordon("p1")))).isNull();
        assertThat(code(registry.mutate(BOB, register("p2")))).isEqualTo(ErrorCode.FORBIDDEN);

        registry.mutate(
                ROOT,
                PutRoleRequest.newBuilder()
                        .setRole(role.toBuilder()
                                .setPermissions(
                                        0, role.getPermissions(0).toBuilder().clearVerbs()))
                        .build());

        assertThat(code(registry.mutate(BOB, register("p2")))).isNull();
        assertThat(code(registry.mutate(
                        ROOT, DeleteRoleRequest.newBuilder().setName("cordoner").build())))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void revoke_theLastAdministrator_needsForce() {
        Binding root = registry.query(
                        io.meshkit.v1.ListBindingsRequest.getDefaultInstance(),
                        io.meshkit.v1.ListBindingsResponse.class)
                .getBindings(0);
        RevokeAccessRequest revoke =
                RevokeAccessRequest.newBuilder().setId(root.getId()).build();
        assertThat(code(registry.mutate(ROOT, revoke))).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(code(registry.mutate(
                        ROOT,
                        GrantAccessRequest.newBuilder()
                                .setBinding(root.toBuilder().setRole("mesh.read"))
                                .build())))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        grant(bob("mesh.admin").addNamespaces("blue"));
        assertThat(code(registry.mutate(ROOT, revoke)))
                .as("a narrowed administrator administers nothing")
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);

        grant(bob("mesh.admin"));

        assertThat(code(registry.mutate(ROOT, revoke))).isNull();
        assertThat(code(registry.mutate(ROOT, register("p2")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    private static IssueTokenRequest issue(String id, String batch) {
        return IssueTokenRequest.newBuilder()
                .setPrincipal("bob")
                .setTokenId(id)
                .setBatchId(batch)
                .setSecretSha256(ByteString.copyFrom(new byte[32]))
                .setTtl(Times.duration(60_000))
                .build();
    }

    @Test
    void token_issued_holdsUntilItIsRevokedOrExpires() {
        grant(bob("mesh.operate"));
        AccessToken token = registry.mutate(ROOT, issue("t-1", "")).record("token");
        assertThat(Times.unixMs(token.getExpiresAt())).isEqualTo(registry.nowMs + 60_000);
        assertThat(code(registry.mutate(bearer("bob", "t-1"), register("p2")))).isNull();
        assertThat(code(registry.mutate(bearer("root", "t-1"), register("p3"))))
                .as("another's name")
                .isEqualTo(ErrorCode.UNAUTHENTICATED);

        registry.mutate(ROOT, RevokeTokenRequest.newBuilder().setId("t-1").build());
        assertThat(code(registry.mutate(bearer("bob", "t-1"), register("p3")))).isEqualTo(ErrorCode.UNAUTHENTICATED);

        registry.mutate(ROOT, issue("t-2", ""));
        registry.nowMs += 60_000;
        assertThat(code(registry.mutate(bearer("bob", "t-2"), register("p3")))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void token_ofANarrowScope_isNarrowerThanItsPrincipal() {
        grant(bob("mesh.operate"));
        registry.mutate(
                ROOT, issue("t-1", "").toBuilder().setScopeMax(Scope.SCOPE_READ).build());

        assertThat(code(registry.mutate(bearer("bob", "t-1"), register("p2")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void credential_ofANarrowScope_isNarrowerThanItsPrincipal() {
        grant(bob("mesh.admin"));
        Credential narrow = Credential.newBuilder()
                .setMethod("jwt")
                .setScopeMax(Scope.SCOPE_OPERATE)
                .build();
        Caller narrowed = new Caller("bob", narrow);
        assertThat(registry.mutate(narrowed, cordon("p1")).isRejected()).isFalse();
        assertThat(code(registry.mutate(
                        narrowed, DeleteRoleRequest.newBuilder().setName("r").build())))
                .isEqualTo(ErrorCode.FORBIDDEN);
        // Nothing is widened by it.
        Caller other = new Caller(
                "eve", narrow.toBuilder().setScopeMax(Scope.SCOPE_ADMIN).build());
        assertThat(code(registry.mutate(other, cordon("p1")))).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void token_retriedWithAnotherSecret_isTheFirst() {
        Command first = Commands.withRequestId(Commands.wrap(issue("t-1", ""), ROOT), "issue");
        Command second = Commands.withRequestId(Commands.wrap(issue("t-2", ""), ROOT), "issue");
        registry.apply(first);

        Registry.Answer again = registry.apply(second);

        assertThat(again.result().getReplayed()).isTrue();
        AccessToken token = again.record("token");
        assertThat(token.getId()).isEqualTo("t-1");
    }

    @Test
    void tokens_ofABatch_areRevokedTogether() {
        grant(bob("mesh.operate"));
        for (int i = 0; i < 3; i++) {
            registry.mutate(ROOT, issue("t-" + i, i < 2 ? "batch" : "other"));
        }

        Registry.Answer answer = registry.mutate(
                ROOT, RevokeTokenBatchRequest.newBuilder().setBatchId("batch").build());

        assertThat(((RevokeTokenBatchResponse) answer.response()).getRevoked()).isEqualTo(2);
        assertThat(code(registry.mutate(bearer("bob", "t-0"), register("p2")))).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(code(registry.mutate(bearer("bob", "t-2"), register("p2")))).isNull();
    }

    @Test
    void tokens_ofABatch_areLimited() {
        for (int i = 0; i < DomainLimits.TOKENS_PER_BATCH_MAX; i++) {
            assertThat(code(registry.mutate(ROOT, issue("t-" + i, "batch")))).isNull();
        }

        assertThat(code(registry.mutate(ROOT, issue("t-more", "batch")))).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    }

    @Test
    void system_claimedByAClient_isNotOne() {
        Command lessor = Commands.wrap(SettleLeasesRequest.getDefaultInstance(), "system:lessor");
        assertThat(Commands.isOfClient(lessor)).isFalse();
        assertThat(Commands.isOfClient(Commands.ofSystem(register("p"), "meshkit:x")))
                .isFalse();
        assertThat(Commands.isOfClient(Commands.wrap(register("p"), caller("meshkit:x"))))
                .isFalse();
        assertThat(Commands.isOfClient(Commands.wrap(register("p"), BOB))).isTrue();
        assertThat(code(registry.apply(Commands.ofSystem(register("p2"), "meshkit:x"))))
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void denials_areTheLeadersAlone_andLeaveRecordsAsTheyAre() {
        RecordDenialsRequest request = RecordDenialsRequest.newBuilder()
                .addAttempts(DeniedAttempt.newBuilder()
                        .setActor("bob")
                        .setVerb("CordonPeer")
                        .setCode("FORBIDDEN")
                        .setCount(3))
                .build();
        assertThat(registry.mutate(ROOT, request).code()).isEqualTo(ErrorCode.FORBIDDEN);

        registry.apply(Commands.ofSystem(request, "meshkit:denials"));

        assertThat(registry.journal.getLast().getDeniedList()).isEqualTo(request.getAttemptsList());
        assertThat(registry.journal.getLast().getChangesList()).isEmpty();
        int entries = registry.journal.size();
        assertThat(refusalOf(request.toBuilder().clearAttempts())).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusalOf(request.toBuilder().setAttempts(0, DeniedAttempt.newBuilder())))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusalOf(request.toBuilder()
                        .addAllAttempts(
                                Collections.nCopies(DomainLimits.DENIALS_PER_COMMAND_MAX, request.getAttempts(0)))))
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(registry.journal).hasSize(entries);
    }

    private ErrorCode refusalOf(RecordDenialsRequest.Builder request) {
        CommandOutcome outcome = registry.apply(List.of(Commands.withRequestId(
                        Commands.ofSystem(request.build(), "meshkit:denials"), "d-" + ++requests)))
                .getFirst();
        return ErrorCode.ofName(outcome.getRejection().getCode());
    }

    @Test
    void audit_ofAMutation_namesTheCredential() {
        grant(bob("mesh.operate"));
        registry.mutate(ROOT, issue("t-1", ""));
        registry.mutate(bearer("bob", "t-1"), register("p2"));

        assertThat(registry.journal.getLast().getActor()).isEqualTo("bob");
        assertThat(registry.journal.getLast().getCredential()).isEqualTo("token/t-1");
    }
}
