package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.Command;
import io.meshkit.v1.Credential;
import io.meshkit.v1.DeleteIssuingPolicyRequest;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.ListIssuingPoliciesRequest;
import io.meshkit.v1.ListIssuingPoliciesResponse;
import io.meshkit.v1.PutIssuingPolicyRequest;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WorkloadCertificate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuingPolicyTest {
    private static final String GATEWAYS = "spiffe://mesh/workload/gateway/";
    private static final String GW1 = GATEWAYS + "gw-1";
    private static final ByteString KEY = ByteString.copyFrom(new byte[32]);
    private static final long HOUR_MS = 3_600_000;

    private Registry registry;
    private int made;

    @BeforeEach
    void open() {
        registry = new Registry();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private Registry.Answer put(IssuingPolicy.Builder policy) {
        return registry.mutate(
                PutIssuingPolicyRequest.newBuilder().setIssuingPolicy(policy).build());
    }

    private void policy(IssuingPolicy.Builder policy) {
        assertThat(put(policy).error()).isNull();
    }

    private static IssuingPolicy.Builder named(String name) {
        return IssuingPolicy.newBuilder().setName(name);
    }

    private IssueJoinTokenRequest.Builder token() {
        return IssueJoinTokenRequest.newBuilder()
                .setSpiffeId(GATEWAYS + "*")
                .setRole("gateway")
                .setClusterId("eu")
                .setEnvironment("prod")
                .setTokenId("j-" + ++made)
                .setSecretSha256(KEY);
    }

    private Registry.Answer issue(IssueJoinTokenRequest.Builder request) {
        return registry.mutate(request.build());
    }

    private JoinToken issued(IssueJoinTokenRequest.Builder request) {
        Registry.Answer answer = issue(request);
        assertThat(answer.error()).isNull();
        return answer.record("join_token");
    }

    private Registry.Answer by(String method, String id, String principal, Message request) {
        Caller caller = new Caller(
                principal, Credential.newBuilder().setMethod(method).setId(id).build());
        Command command = Commands.withRequestId(Commands.wrap(request, caller), "c-" + ++made);
        return Registry.answer(command, registry.apply(List.of(command)).getFirst());
    }

    private Registry.Answer join(JoinToken token, JoinRequest.Builder request) {
        return by(
                AccessResolver.JOIN_METHOD,
                token.getId(),
                "join/" + token.getId(),
                request.setSpiffeId(GW1)
                        .setSerial(String.format("4%031x", ++made))
                        .setPublicKeySha256(KEY)
                        .build());
    }

    private Registry.Answer renew(WorkloadCertificate certificate, RenewCertificateRequest.Builder request) {
        return by(
                AccessResolver.MTLS_METHOD,
                certificate.getSerial(),
                certificate.getSpiffeId(),
                request.setSerial(String.format("4%031x", ++made))
                        .setPublicKeySha256(KEY)
                        .build());
    }

    private static void refused(Registry.Answer answer, ErrorCode code, String words) {
        assertThat(answer.isRejected()).isTrue();
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.error().getMessage()).contains(words);
    }

    private static long lifetimeMs(WorkloadCertificate certificate) {
        return (certificate.getExpiresAt().getSeconds()
                        - certificate.getIssuedAt().getSeconds())
                * 1000;
    }

    @Test
    void withoutPolicies_theFixedLimitsCount() {
        issued(token().setUsesMax(DomainLimits.JOIN_TOKEN_USES_MAX)
                .setTtl(Times.duration(DomainLimits.JOIN_TOKEN_TTL_MS_MAX))
                .setCertificateLifetimeMax(Times.duration(DomainLimits.CERTIFICATE_LIFETIME_MS_MAX)));
    }

    @ParameterizedTest
    @CsvSource({
        "true, gateway, eu, prod, spiffe://mesh/workload/gateway/*",
        "true, '', '', '', ''",
        "true, '', '', '', spiffe://mesh/workload/**",
        "false, worker, '', '', ''",
        "false, gateway, us, '', ''",
        "false, gateway, eu, test, ''",
        "false, '', '', '', spiffe://mesh/workload/gateway/gw-1",
        "false, '', '', '', spiffe://mesh/workload/*",
        "false, '', '', '', spiffe://mesh/workload/gate/**",
        "false, '', '', '', spiffe://mesh/workload/gateway/gw-1/**",
    })
    void token_isIssuedIfAPolicyCoversIt(boolean covered, String role, String cluster, String environment, String id) {
        IssuingPolicy.Builder policy = named("p");
        add(policy, role, cluster, environment, id);
        policy(policy);

        Registry.Answer answer = issue(token());

        if (covered) {
            assertThat(answer.error()).isNull();
        } else {
            refused(answer, ErrorCode.PRECONDITION_FAILED, "no issuing policy covers role gateway, " + GATEWAYS + "*");
        }
    }

    private static void add(IssuingPolicy.Builder policy, String role, String cluster, String environment, String id) {
        if (!role.isEmpty()) {
            policy.addRoles("other").addRoles(role);
        }
        if (!cluster.isEmpty()) {
            policy.addClusterIds(cluster);
        }
        if (!environment.isEmpty()) {
            policy.addEnvironments(environment);
        }
        if (!id.isEmpty()) {
            policy.addSpiffeIds(id);
        }
    }

    @Test
    void policyThatNamesAPlace_doesNotCoverATokenWithoutOne() {
        policy(named("p").addClusterIds("eu"));
        refused(issue(token().setClusterId("")), ErrorCode.PRECONDITION_FAILED, "no issuing policy");
    }

    @Test
    void limits_areTheWidestOfThePoliciesThatCover() {
        policy(named("narrow")
                .addRoles("gateway")
                .setTokenTtlMax(Times.duration(60_000))
                .setTokenUsesMax(2)
                .setCertificateLifetimeMax(Times.duration(HOUR_MS)));
        policy(named("wider")
                .addEnvironments("prod")
                .setTokenTtlMax(Times.duration(120_000))
                .setTokenUsesMax(3)
                .setCertificateLifetimeMax(Times.duration(2 * HOUR_MS)));
        policy(named("widest").addRoles("worker"));

        refused(issue(token().setTtl(Times.duration(120_001))), ErrorCode.LIMIT_EXCEEDED, "allow 120000 ms");
        refused(issue(token().setUsesMax(4)), ErrorCode.LIMIT_EXCEEDED, "allow 3");
        refused(
                issue(token().setCertificateLifetimeMax(Times.duration(2 * HOUR_MS + 1))),
                ErrorCode.LIMIT_EXCEEDED,
                "allow 7200000 ms");
        issued(token().setTtl(Times.duration(120_000))
                .setUsesMax(3)
                .setCertificateLifetimeMax(Times.duration(2 * HOUR_MS)));
        JoinToken byDefault = issued(token());
        assertThat(Times.unixMs(byDefault.getExpiresAt()) - registry.nowMs).isEqualTo(120_000);
        assertThat(Times.ms(byDefault.getCertificateLifetimeMax())).isEqualTo(2 * HOUR_MS);
    }

    @Test
    void join_isHeldToWhatHoldsThen() {
        JoinToken token = issued(token().setUsesMax(9));
        policy(named("p").setCertificateLifetimeMax(Times.duration(HOUR_MS)));

        refused(
                join(token, JoinRequest.newBuilder().setLifetime(Times.duration(HOUR_MS + 1))),
                ErrorCode.LIMIT_EXCEEDED,
                "the issuing policies allow 3600000 ms");
        WorkloadCertificate made = join(token, JoinRequest.newBuilder()).record("certificate");
        assertThat(lifetimeMs(made)).isEqualTo(HOUR_MS);
        policy(named("p").addRoles("worker"));
        refused(join(token, JoinRequest.newBuilder()), ErrorCode.PRECONDITION_FAILED, "no issuing policy");
    }

    @Test
    void renewal_isHeldToWhatHoldsThen() {
        JoinToken token = issued(token());
        WorkloadCertificate old = join(token, JoinRequest.newBuilder()).record("certificate");
        policy(named("p").setCertificateLifetimeMax(Times.duration(HOUR_MS)));

        WorkloadCertificate shorter =
                renew(old, RenewCertificateRequest.newBuilder()).record("certificate");
        assertThat(lifetimeMs(shorter)).isEqualTo(HOUR_MS);
        refused(
                renew(old, RenewCertificateRequest.newBuilder().setLifetime(Times.duration(2 * HOUR_MS))),
                ErrorCode.LIMIT_EXCEEDED,
                "the issuing policies allow");
        policy(named("p").addSpiffeIds(GATEWAYS + "gw-2"));
        refused(renew(old, RenewCertificateRequest.newBuilder()), ErrorCode.PRECONDITION_FAILED, "no issuing policy");
        registry.mutate(DeleteIssuingPolicyRequest.newBuilder().setName("p").build());
        assertThat(renew(old, RenewCertificateRequest.newBuilder()).error()).isNull();
    }

    @Test
    void put_whatDoesNotHold_isRefused() {
        for (IssuingPolicy.Builder bad : List.of(
                named(""),
                named("p").addRoles(""),
                named("p").addSpiffeIds("workload/x"),
                named("p").addSpiffeIds("spiffe://mesh/**/x"),
                named("p").setTokenUsesMax(-1),
                named("p").setTokenTtlMax(Times.duration(DomainLimits.JOIN_TOKEN_TTL_MS_MAX + 1)),
                named("p").setCertificateLifetimeMax(Times.duration(59_999)))) {
            assertThat(put(bad).code()).as("%s", bad).isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void policies_areListedByName_andLimited() {
        for (int i = 0; i < DomainLimits.ISSUING_POLICIES_MAX; i++) {
            policy(named("p-" + (100 + i)));
        }
        assertThat(put(named("one-more")).code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(registry.query(ListIssuingPoliciesRequest.getDefaultInstance(), ListIssuingPoliciesResponse.class)
                        .getIssuingPoliciesList())
                .extracting(IssuingPolicy::getName)
                .isSorted()
                .hasSize(DomainLimits.ISSUING_POLICIES_MAX);
    }
}
