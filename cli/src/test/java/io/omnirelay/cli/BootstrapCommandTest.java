package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.IssueJoinTokenResponse;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.IssuingPolicyMutationResponse;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.ListCertificatesResponse;
import io.meshkit.v1.ListJoinTokensResponse;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.PutIssuingPolicyRequest;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Revocation;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.meshkit.v1.RevokeCertificatesResponse;
import io.meshkit.v1.RevokeJoinTokenBatchResponse;
import io.meshkit.v1.WorkloadCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapCommandTest {
    private static final JoinToken TOKEN = JoinToken.newBuilder()
            .setId("j-1")
            .setSpiffeId("spiffe://mesh/workload/gateway/*")
            .setRole("gateway")
            .setClusterId("eu")
            .setEnvironment("production")
            .setUsesMax(2)
            .setExpiresAt(Timestamp.newBuilder().setSeconds(4_102_444_800L))
            .build();

    @TempDir
    Path directory;

    private FakeRegistry registry;
    private Cli cli;

    @BeforeEach
    void start() throws IOException {
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

    private static IssueJoinTokenResponse issued(String secret, boolean replayed) {
        return IssueJoinTokenResponse.newBuilder()
                .setJoinToken(TOKEN)
                .setSecret(secret)
                .setResult(MutationResult.newBuilder()
                        .setChanged(true)
                        .setRevision(42)
                        .setReplayed(replayed))
                .build();
    }

    @Test
    void issueToken_everyOption_arrives() {
        registry.on("IssueJoinToken", q -> issued("mkj_secret", false));
        String key = "ab".repeat(32);

        Cli.Result result = run("mesh bootstrap issue-token --role gateway --peer gw-1 --cluster eu --environment"
                + " production --label tier=edge --uses 3 --ttl 2h --certificate-lifetime 12h --batch rack"
                + " --expect host=edge-7 --expect-key " + key + " --description new --reason rack");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("join token j-1: changed, revision 42")
                .contains("secret, shown this once: mkj_secret");
        IssueJoinTokenRequest request =
                (IssueJoinTokenRequest) registry.requests("IssueJoinToken").get(0);
        assertThat(request.getSpiffeId()).isEqualTo("workload/gateway/gw-1");
        assertThat(request.getRole()).isEqualTo("gateway");
        assertThat(request.getClusterId()).isEqualTo("eu");
        assertThat(request.getEnvironment()).isEqualTo("production");
        assertThat(request.getLabelsMap()).containsEntry("tier", "edge");
        assertThat(request.getUsesMax()).isEqualTo(3);
        assertThat(request.getTtl().getSeconds()).isEqualTo(7_200);
        assertThat(request.getCertificateLifetimeMax().getSeconds()).isEqualTo(43_200);
        assertThat(request.getBatchId()).isEqualTo("rack");
        assertThat(request.getExpected().getFactsMap()).containsEntry("host", "edge-7");
        assertThat(request.getExpected().getPublicKeySha256().size()).isEqualTo(32);
        assertThat(request.getDescription()).isEqualTo("new");
        assertThat(request.getOptions().getReason()).isEqualTo("rack");
    }

    @Test
    void issueToken_forAMember_namesItsHosts() {
        registry.on("IssueJoinToken", q -> issued("mkj_secret", false));

        Cli.Result result = run("mesh bootstrap issue-token --member node-4 --host 10.0.0.4,r4.example --secret-only");

        assertThat(result.err()).isEmpty();
        IssueJoinTokenRequest request =
                (IssueJoinTokenRequest) registry.requests("IssueJoinToken").get(0);
        assertThat(request.getMember().getNode()).isEqualTo("node-4");
        assertThat(request.getMember().getHostsList()).containsExactly("10.0.0.4", "r4.example");
        assertThat(request.getSpiffeId()).isEmpty();
        assertThat(request.getRole()).isEmpty();
        assertThat(request.getUsesMax()).isEqualTo(1);
    }

    @Test
    void issueToken_withoutAPeer_isForAnyOfTheRole() {
        registry.on("IssueJoinToken", q -> issued("mkj_secret", false));
        Cli.Result result = run("mesh bootstrap issue-token --role gateway --secret-only");

        assertThat(result.out()).isEqualTo("mkj_secret\n");
        IssueJoinTokenRequest request =
                (IssueJoinTokenRequest) registry.requests("IssueJoinToken").get(0);
        assertThat(request.getSpiffeId()).isEqualTo("workload/gateway/*");
        assertThat(request.getUsesMax()).isEqualTo(1);
    }

    @Test
    void issueToken_whatDoesNotFit_isRefusedHere() {
        assertThat(run("mesh bootstrap issue-token --role r --peer p --spiffe-id workload/r/p")
                        .exitCode())
                .isEqualTo(2);
        assertThat(run("mesh bootstrap issue-token --role r --uses 0").err()).contains("--uses");
        assertThat(run("mesh bootstrap issue-token").err()).contains("--role");
        assertThat(run("mesh bootstrap issue-token --role r --host h").err()).contains("--member only");
        assertThat(run("mesh bootstrap issue-token --member n --host h --role r")
                        .err())
                .contains("without --role");
        assertThat(run("mesh bootstrap issue-token --member n").err()).contains("--host");
        assertThat(run("mesh bootstrap issue-token --role r --expect-key xyz").err())
                .contains("64 hex digits");
        assertThat(run("mesh bootstrap revoke-token").exitCode()).isEqualTo(2);
        assertThat(run("mesh bootstrap revoke-token j --batch b --yes").exitCode())
                .isEqualTo(2);
        assertThat(registry.calls()).isEmpty();
    }

    @Test
    void issueToken_repeatedAnswer_saysThatTheSecretIsGone() {
        registry.on("IssueJoinToken", q -> issued("", true));

        Cli.Result only = run("mesh bootstrap issue-token --role gateway --request-id id-1 --secret-only");

        assertThat(only.exitCode()).isEqualTo(ErrorCode.PRECONDITION_FAILED.exitCode());
        assertThat(only.err()).contains("Revoke it and issue another.");
        assertThat(run("mesh bootstrap issue-token --role gateway --request-id id-1")
                        .err())
                .contains("revoke it and issue another");
    }

    @Test
    void tokens_showTheirState() {
        Timestamp past = Timestamp.newBuilder().setSeconds(1).build();
        registry.on(
                "ListJoinTokens",
                q -> ListJoinTokensResponse.newBuilder()
                        .addJoinTokens(TOKEN)
                        .addJoinTokens(TOKEN.toBuilder().setId("j-2").setUses(2))
                        .addJoinTokens(TOKEN.toBuilder().setId("j-3").setExpiresAt(past))
                        .addJoinTokens(TOKEN.toBuilder().setId("j-4").setRevokedAt(past))
                        .build());

        String[] lines = run("mesh bootstrap tokens").out().split("\n");

        assertThat(lines[1]).contains("j-1").contains("0/2").contains("good").contains("eu production");
        assertThat(lines[2]).contains("j-2").contains("2/2").contains("used up");
        assertThat(lines[3]).contains("j-3").contains("expired");
        assertThat(lines[4]).contains("j-4").contains("revoked");
    }

    @Test
    void revokeToken_ofABatch_saysHowMany() {
        registry.on(
                "RevokeJoinTokenBatch",
                q -> RevokeJoinTokenBatchResponse.newBuilder()
                        .setRevoked(3)
                        .setResult(MutationResult.newBuilder().setChanged(true).setRevision(43))
                        .build());

        assertThat(run("mesh bootstrap revoke-token --batch rack --yes").out())
                .isEqualTo("changed, revision 43\ntokens of the batch: 3\n");
    }

    @Test
    void revokeCertificate_byEachOfItsNames_arrives() {
        registry.on(
                "RevokeCertificates",
                q -> RevokeCertificatesResponse.newBuilder()
                        .setRevocation(Revocation.newBuilder()
                                .setId("batch/rack")
                                .setMeta(RecordMeta.newBuilder().setModRevision(44)))
                        .setTokensRevoked(2)
                        .setResult(MutationResult.newBuilder().setChanged(true).setRevision(44))
                        .build());

        assertThat(run("mesh bootstrap revoke-certificate 4a --yes --reason stolen")
                        .out())
                .contains("revocation batch/rack: changed, revision 44")
                .doesNotContain("join tokens");
        assertThat(run("mesh bootstrap revoke-certificate --spiffe-id workload/gateway/gw-1 --yes")
                        .exitCode())
                .isZero();
        assertThat(run("mesh bootstrap revoke-certificate --batch rack --dry-run")
                        .out())
                .contains("join tokens of the batch: 2");

        List<RevokeCertificatesRequest> asked = registry.requests("RevokeCertificates").stream()
                .map(RevokeCertificatesRequest.class::cast)
                .toList();
        assertThat(asked.get(0).getSerial()).isEqualTo("4a");
        assertThat(asked.get(0).getOptions().getReason()).isEqualTo("stolen");
        assertThat(asked.get(1).getSpiffeId()).isEqualTo("workload/gateway/gw-1");
        assertThat(asked.get(2).getBatchId()).isEqualTo("rack");
        assertThat(asked.get(2).getOptions().getDryRun()).isTrue();
    }

    @Test
    void revokeCertificate_unconfirmedOrUnclear_isRefusedHere() {
        assertThat(run("mesh bootstrap revoke-certificate 4a").err()).contains("not confirmed: revoke 4a");
        assertThat(run("mesh bootstrap revoke-certificate --yes").exitCode()).isEqualTo(2);
        assertThat(run("mesh bootstrap revoke-certificate 4a --batch rack --yes")
                        .err())
                .contains("one of a serial number");
        assertThat(registry.calls()).isEmpty();
    }

    @Test
    void certificates_showTheirState() {
        Timestamp past = Timestamp.newBuilder().setSeconds(1).build();
        WorkloadCertificate good = WorkloadCertificate.newBuilder()
                .setSerial("4a")
                .setExpiresAt(TOKEN.getExpiresAt())
                .build();
        registry.on(
                "ListCertificates",
                q -> ListCertificatesResponse.newBuilder()
                        .addCertificates(good)
                        .addCertificates(good.toBuilder().setExpiresAt(past))
                        .addCertificates(good.toBuilder().setRevokedAt(past))
                        .build());

        String[] lines = run("mesh bootstrap certificates").out().split("\n");

        assertThat(lines[1]).contains("good");
        assertThat(lines[2]).contains("expired");
        assertThat(lines[3]).contains("revoked");
    }

    @Test
    void policies_put_everyOptionArrives() {
        registry.on(
                "PutIssuingPolicy",
                q -> IssuingPolicyMutationResponse.newBuilder()
                        .setIssuingPolicy(((PutIssuingPolicyRequest) q).getIssuingPolicy())
                        .setResult(MutationResult.newBuilder().setChanged(true).setRevision(45))
                        .build());

        Cli.Result result = run("mesh bootstrap policies put edge --role gateway,worker --spiffe-id workload/**"
                + " --cluster eu --environment prod --ttl-max 2h --certificate-lifetime-max 12h --uses-max 20"
                + " --description all --reason why");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("issuing policy edge: changed, revision 45")
                .contains("gateway,worker");
        PutIssuingPolicyRequest request =
                (PutIssuingPolicyRequest) registry.requests("PutIssuingPolicy").get(0);
        IssuingPolicy policy = request.getIssuingPolicy();
        assertThat(policy.getName()).isEqualTo("edge");
        assertThat(policy.getRolesList()).containsExactly("gateway", "worker");
        assertThat(policy.getSpiffeIdsList()).containsExactly("workload/**");
        assertThat(policy.getClusterIdsList()).containsExactly("eu");
        assertThat(policy.getEnvironmentsList()).containsExactly("prod");
        assertThat(policy.getTokenTtlMax().getSeconds()).isEqualTo(7_200);
        assertThat(policy.getCertificateLifetimeMax().getSeconds()).isEqualTo(43_200);
        assertThat(policy.getTokenUsesMax()).isEqualTo(20);
        assertThat(policy.getDescription()).isEqualTo("all");
        assertThat(request.getOptions().getReason()).isEqualTo("why");
        assertThat(run("mesh bootstrap policies put edge --uses-max 0").err()).contains("--uses-max");
    }
}
