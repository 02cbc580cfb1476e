package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.options.Scope;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.Binding;
import io.meshkit.v1.BindingMutationResponse;
import io.meshkit.v1.CanIRequest;
import io.meshkit.v1.CanIResponse;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import io.meshkit.v1.ListBindingsRequest;
import io.meshkit.v1.ListBindingsResponse;
import io.meshkit.v1.ListRolesResponse;
import io.meshkit.v1.ListTokensResponse;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.Permission;
import io.meshkit.v1.PutRoleRequest;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RevokeAccessRequest;
import io.meshkit.v1.RevokeTokenBatchRequest;
import io.meshkit.v1.RevokeTokenBatchResponse;
import io.meshkit.v1.Role;
import io.meshkit.v1.WhoAmIResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessCommandTest {
    private static final String SECRET = "mkr_t-1_s3cret";

    private static final Role ROLE = Role.newBuilder()
            .setName("edge-operator")
            .setMeta(RecordMeta.newBuilder().setVersion(1).setModRevision(40))
            .addPermissions(Permission.newBuilder()
                    .setScope(Scope.SCOPE_OPERATE)
                    .addVerbs("CordonPeer")
                    .addVerbs("UncordonPeer"))
            .addPermissions(Permission.newBuilder().setScope(Scope.SCOPE_READ))
            .setDescription("at night")
            .build();

    private static final Binding BINDING = Binding.newBuilder()
            .setId("b-1")
            .setMeta(RecordMeta.newBuilder().setVersion(1).setModRevision(41))
            .setGroup("spiffe://mesh/workload/*")
            .setRole("edge-operator")
            .addNamespaces("events")
            .addClusters("eu")
            .addClusters("us")
            .setLabelSelector("team=edge")
            .addVerbs("CordonPeer")
            .setExpiresAt(Timestamp.newBuilder().setSeconds(1_800_000_000L))
            .build();

    private static final AccessToken TOKEN = AccessToken.newBuilder()
            .setId("t-1")
            .setMeta(RecordMeta.newBuilder().setVersion(1).setModRevision(42))
            .setPrincipal("ci")
            .addGroups("builders")
            .setExpiresAt(Timestamp.newBuilder().setSeconds(1_800_000_000L))
            .setBatchId("night")
            .setScopeMax(Scope.SCOPE_READ)
            .build();

    @TempDir
    Path directory;

    private FakeRegistry registry;
    private Cli cli;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry(directory);
        cli = new Cli(directory).with("OMNIRELAY_CONTEXT", registry.context().toString());
        registry.on(
                "IssueToken", q -> issued(((IssueTokenRequest) q).getOptions().getDryRun() ? "" : SECRET, false));
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
    }

    private static IssueTokenResponse issued(String secret, boolean replayed) {
        return IssueTokenResponse.newBuilder()
                .setToken(TOKEN)
                .setResult(MutationResult.newBuilder()
                        .setChanged(true)
                        .setRevision(42)
                        .setReplayed(replayed)
                        .setDryRun(secret.isEmpty() && !replayed))
                .setSecret(secret)
                .build();
    }

    private Cli.Result run(String command) {
        return cli.run(command.split(" "));
    }

    private String out(String command) {
        Cli.Result result = run(command);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.out();
    }

    @Test
    void lists_table() {
        registry.on(
                "ListRoles", q -> ListRolesResponse.newBuilder().addRoles(ROLE).build());
        registry.on(
                "ListBindings",
                q -> ListBindingsResponse.newBuilder()
                        .addBindings(BINDING)
                        .addBindings(Binding.newBuilder()
                                .setId("seed-admin")
                                .setPrincipal("admin")
                                .setRole("mesh.admin"))
                        .build());
        registry.on(
                "ListTokens",
                q -> ListTokensResponse.newBuilder().addTokens(TOKEN).build());
        Goldens.check(
                "access-lists.txt",
                out("mesh access roles list") + out("mesh access bindings list") + out("mesh access tokens list"));
    }

    @Test
    void bindingsList_json_andFilters() {
        registry.on(
                "ListBindings",
                q -> ListBindingsResponse.newBuilder().addBindings(BINDING).build());
        Goldens.check(
                "bindings-list.json",
                out("mesh access bindings list --json --group spiffe://mesh/workload/* --role edge-operator"));
        ListBindingsRequest request =
                (ListBindingsRequest) registry.requests("ListBindings").get(0);
        assertThat(request.getGroup()).isEqualTo("spiffe://mesh/workload/*");
        assertThat(request.getRole()).isEqualTo("edge-operator");
        assertThat(request.getPrincipal()).isEmpty();
    }

    @Test
    void rolesPut_permissionsReachTheRequest() {
        out("mesh access roles put edge-operator --permission mesh.operate:CordonPeer,UncordonPeer"
                + " --permission read --description night --force --reason r --ticket t --dry-run");
        PutRoleRequest request = (PutRoleRequest) registry.requests("PutRole").get(0);
        assertThat(request.getRole().getName()).isEqualTo("edge-operator");
        assertThat(request.getRole().getPermissionsList()).isEqualTo(ROLE.getPermissionsList());
        assertThat(request.getRole().getDescription()).isEqualTo("night");
        assertThat(request.getForce()).isTrue();
        assertThat(request.getOptions().getReason()).isEqualTo("r");
        assertThat(request.getOptions().getChangeTicket()).isEqualTo("t");
        assertThat(request.getOptions().getDryRun()).isTrue();
    }

    @Test
    void rolesPut_file_isReadAndNamed() throws Exception {
        Path file = Files.writeString(
                directory.resolve("role.yaml"), "permissions:\n  - {scope: operate, verbs: [CordonPeer]}\n");
        out("mesh access roles put night --file " + file);
        PutRoleRequest request = (PutRoleRequest) registry.requests("PutRole").get(0);
        assertThat(request.getRole())
                .isEqualTo(Role.newBuilder()
                        .setName("night")
                        .addPermissions(Permission.newBuilder()
                                .setScope(Scope.SCOPE_OPERATE)
                                .addVerbs("CordonPeer"))
                        .build());
    }

    @Test
    void bindingsGrant_everyField_reachesTheRequest() {
        registry.on(
                "GrantAccess",
                q -> BindingMutationResponse.newBuilder()
                        .setBinding(BINDING)
                        .setResult(MutationResult.newBuilder().setChanged(true).setRevision(41))
                        .build());
        Goldens.check(
                "bindings-grant.txt",
                out("mesh access bindings grant --id b-1 --group spiffe://mesh/workload/* --role edge-operator"
                        + " --namespace events --cluster eu,us --selector team=edge --verb CordonPeer"
                        + " --expires-at 2027-01-15T08:00:00Z"));
        GrantAccessRequest request =
                (GrantAccessRequest) registry.requests("GrantAccess").get(0);
        assertThat(request.getBinding())
                .isEqualTo(BINDING.toBuilder().clearMeta().build());
        assertThat(request.getForce()).isFalse();
    }

    @Test
    void tokensIssue_showsTheSecretOnce_onStandardOutput() {
        Goldens.check("tokens-issue.txt", out("mesh access tokens issue ci"));
        assertThat(out("mesh access tokens issue ci --json")).containsOnlyOnce(SECRET);
        assertThat(out("mesh access tokens issue ci --secret-only")).isEqualTo(SECRET + System.lineSeparator());
    }

    @Test
    void tokensIssue_verbose_leavesTheSecretOutOfTheTrace() {
        Cli.Result result = cli.with("OMNIRELAY_DEBUG", "1").run("mesh", "access", "tokens", "issue", "ci", "-v");
        assertThat(result.err()).startsWith("IssueToken: ").doesNotContain(SECRET);
        assertThat(result.out()).containsOnlyOnce(SECRET);
    }

    @Test
    void tokensIssue_everyField_reachesTheRequest() {
        Cli.Result result = run("mesh access tokens issue ci --group builders,night --ttl 12h --batch night"
                + " --scope-max mesh.read --description nightly --request-id id-1 --dry-run");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("dry run, would change").doesNotContain("secret");
        IssueTokenRequest request =
                (IssueTokenRequest) registry.requests("IssueToken").get(0);
        assertThat(request.getPrincipal()).isEqualTo("ci");
        assertThat(request.getGroupsList()).containsExactly("builders", "night");
        assertThat(request.getTtl())
                .isEqualTo(Duration.newBuilder().setSeconds(43_200).build());
        assertThat(request.getBatchId()).isEqualTo("night");
        assertThat(request.getScopeMax()).isEqualTo(Scope.SCOPE_READ);
        assertThat(request.getDescription()).isEqualTo("nightly");
        assertThat(request.getOptions().getRequestId()).isEqualTo("id-1");
        assertThat(request.getTokenId()).isEmpty();
    }

    @Test
    void tokensIssue_repeatedAnswer_saysThatTheSecretIsGone() {
        registry.on("IssueToken", q -> issued("", true));
        Cli.Result result = run("mesh access tokens issue ci --request-id id-1");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("as answered before");
        assertThat(result.err()).contains("token t-1 was issued before").contains("revoke it and issue another");
        Cli.Result only = run("mesh access tokens issue ci --request-id id-1 --secret-only");
        assertThat(only.exitCode()).isEqualTo(ErrorCode.PRECONDITION_FAILED.exitCode());
        assertThat(only.out()).isEmpty();
        assertThat(only.err()).contains("Revoke it and issue another.");
    }

    @Test
    void tokensRevokeBatch_saysHowMany() {
        registry.on(
                "RevokeTokenBatch",
                q -> RevokeTokenBatchResponse.newBuilder()
                        .setRevoked(3)
                        .setResult(MutationResult.newBuilder().setChanged(true).setRevision(43))
                        .build());
        assertThat(out("mesh access tokens revoke-batch night --yes --reason leaked"))
                .isEqualTo("changed, revision 43\ntokens of the batch: 3\n");
        RevokeTokenBatchRequest request =
                (RevokeTokenBatchRequest) registry.requests("RevokeTokenBatch").get(0);
        assertThat(request.getBatchId()).isEqualTo("night");
        assertThat(request.getOptions().getReason()).isEqualTo("leaked");
    }

    @Test
    void canI_exitCodeIsTheAnswer() {
        registry.on(
                "CanI",
                q -> CanIResponse.newBuilder()
                        .setAllowed(true)
                        .setPrincipal("ci")
                        .setScope("mesh.operate")
                        .addBindings("b-1")
                        .build());
        assertThat(out("mesh access can-i CordonPeer --principal ci --group a,b --cluster eu --label k=v"))
                .isEqualTo("yes: ci may use CordonPeer (mesh.operate), by b-1\n");
        CanIRequest request = (CanIRequest) registry.requests("CanI").get(0);
        assertThat(request.getVerb()).isEqualTo("CordonPeer");
        assertThat(request.getPrincipal()).isEqualTo("ci");
        assertThat(request.getGroupsList()).containsExactly("a", "b");
        assertThat(request.getClusterId()).isEqualTo("eu");
        assertThat(request.getLabelsMap()).containsEntry("k", "v");

        registry.on(
                "CanI",
                q -> CanIResponse.newBuilder()
                        .setReason("ci may not use CordonPeer")
                        .build());
        assertThat(run("mesh access can-i CordonPeer"))
                .isEqualTo(new Cli.Result(3, "no: ci may not use CordonPeer\n", ""));
        Cli.Result json = run("mesh access can-i CordonPeer --json");
        assertThat(json.exitCode()).isEqualTo(3);
        assertThat(json.out()).contains("\"allowed\": false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mesh whoami", "mesh access whoami"})
    void whoami_showsCredentialAndBindings(String command) {
        registry.on(
                "WhoAmI",
                q -> WhoAmIResponse.newBuilder()
                        .setPrincipal("ci")
                        .setMethod("token")
                        .setCredentialId("t-1")
                        .addBindings("b-1")
                        .build());
        assertThat(out(command))
                .isEqualTo("principal      ci\nmethod         token\ncredential id  t-1\nbindings       b-1\n");
    }

    @ParameterizedTest
    @CsvSource({
        "mesh access roles put r --permission mesh.read,PutRole",
        "mesh access bindings grant --principal p --role mesh.read,GrantAccess",
        "mesh access bindings revoke b --yes,RevokeAccess",
        "mesh access tokens issue p,IssueToken",
        "mesh access tokens revoke t --yes,RevokeToken",
        "mesh access tokens list,ListTokens"
    })
    void forbidden_exits3(String command, String verb) {
        registry.on(verb, q -> {
            throw RegistryException.of(ErrorCode.FORBIDDEN, "ci may not use " + verb, "It needs mesh.admin.");
        });
        assertThat(run(command))
                .isEqualTo(new Cli.Result(
                        3, "", "error: FORBIDDEN: ci may not use " + verb + "\nhint: It needs mesh.admin.\n"));
    }

    @Test
    void bindingsRevoke_last_exits6_unlessForced() {
        registry.on("RevokeAccess", q -> {
            if (((RevokeAccessRequest) q).getForce()) {
                return BindingMutationResponse.getDefaultInstance();
            }
            throw RegistryException.of(ErrorCode.PRECONDITION_FAILED, "binding b is the last", "or say force");
        });
        assertThat(run("mesh access bindings revoke b --yes").exitCode()).isEqualTo(6);
        assertThat(run("mesh access bindings revoke b --yes --force").exitCode())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mesh access|Missing required subcommand",
                "mesh access roles put r|--permission",
                "mesh access roles put r --permission root|observe, read, operate, admin",
                "mesh access roles put r --permission mesh.operate:|verbs after the colon",
                "mesh access bindings grant --role mesh.read|--group",
                "mesh access bindings grant --principal p|mesh.read",
                "mesh access bindings grant --principal p --group g --role mesh.read|either --principal or --group",
                "mesh access bindings grant --principal p --role r --expires-at tomorrow|2027-01-31T12:00:00Z",
                "mesh access bindings revoke|Missing required parameter",
                "mesh access bindings revok b|revoke",
                "mesh access tokens issue p --ttl 0d|30d",
                "mesh access tokens issue p --ttl 999999999d|at most",
                "mesh access tokens issue p --scope-max mesh.root|observe, read, operate, admin",
                "mesh access tokens issue p --secret-only --dry-run|neither with --dry-run nor with --request-approval",
                "mesh access can-i CordonPeer --group g|--principal"
            })
    void misuse_exits2WithAHint(String command, String expected) {
        Cli.Result result = run(command);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("error: INVALID_REQUEST: ")
                .contains("hint: ")
                .contains(expected);
        assertThat(registry.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"roles delete x", "bindings revoke x", "tokens revoke x", "tokens revoke-batch x"})
    void destructive_needsYesOrTheNameTyped(String command) {
        assertThat(run("mesh access " + command).err()).contains("--yes");
        assertThat(cli.typing("y\n").run(("mesh access " + command).split(" ")).exitCode())
                .isEqualTo(2);
        assertThat(registry.calls()).isEmpty();
        assertThat(cli.typing("x\n").run(("mesh access " + command).split(" ")).exitCode())
                .isZero();
        assertThat(registry.calls()).hasSize(1);
    }
}
