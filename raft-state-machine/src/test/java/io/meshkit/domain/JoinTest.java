package io.meshkit.domain;

import static io.meshkit.domain.Registry.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Command;
import io.meshkit.v1.Credential;
import io.meshkit.v1.ExpectedAttestation;
import io.meshkit.v1.GetJoinTokenRequest;
import io.meshkit.v1.GetJoinTokenResponse;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.ListCertificatesRequest;
import io.meshkit.v1.ListCertificatesResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.RevokeJoinTokenRequest;
import io.meshkit.v1.WorkloadCertificate;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JoinTest {
    private static final String GW1 = "spiffe://mesh/workload/gateway/gw-1";
    private static final ByteString KEY = ByteString.copyFrom(new byte[32]);

    private Registry registry;
    private int serials;

    @BeforeEach
    void open() {
        registry = new Registry();
        registry.seedAccess();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static IssueJoinTokenRequest.Builder issue(String id) {
        return IssueJoinTokenRequest.newBuilder()
                .setSpiffeId("spiffe://mesh/workload/gateway/*")
                .setRole("gateway")
                .setTokenId(id)
                .setSecretSha256(KEY);
    }

    private void issued(IssueJoinTokenRequest.Builder request) {
        assertThat(registry.mutate(ROOT, request.build()).error()).isNull();
    }

    private static Caller bearer(String token) {
        return new Caller(
                "join/" + token,
                Credential.newBuilder().setMethod("join").setId(token).build());
    }

    private JoinRequest.Builder asking(String spiffeId) {
        return JoinRequest.newBuilder()
                .setSpiffeId(spiffeId)
                .setSerial(String.format("4%031x", ++serials))
                .setPublicKeySha256(KEY);
    }

    private Registry.Answer join(String token, JoinRequest.Builder request) {
        return registry.mutate(bearer(token), request.build());
    }

    private int uses(String token) {
        return registry.query(GetJoinTokenRequest.newBuilder().setId(token).build(), GetJoinTokenResponse.class)
                .getJoinToken()
                .getUses();
    }

    private List<WorkloadCertificate> certificates() {
        return registry.query(ListCertificatesRequest.getDefaultInstance(), ListCertificatesResponse.class)
                .getCertificatesList();
    }

    private static void refused(Registry.Answer answer, ErrorCode code, String words) {
        assertThat(answer.isRejected()).isTrue();
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.error().getMessage()).contains(words);
    }

    @Test
    void join_withAToken_decidesTheCertificate() {
        issued(issue("j-1")
                .setClusterId("eu")
                .setEnvironment("prod")
                .putLabels("tier", "edge")
                .setBatchId("rack"));
        registry.nowMs += 1_234;

        WorkloadCertificate made =
                join("j-1", asking(GW1).putAttested("host", "h")).record("certificate");

        assertThat(made.getSpiffeId()).isEqualTo(GW1);
        assertThat(made.getRole()).isEqualTo("gateway");
        assertThat(made.getClusterId()).isEqualTo("eu");
        assertThat(made.getEnvironment()).isEqualTo("prod");
        assertThat(made.getMeta().getLabelsMap()).containsEntry("tier", "edge");
        assertThat(made.getTokenId()).isEqualTo("j-1");
        assertThat(made.getBatchId()).isEqualTo("rack");
        assertThat(made.getFactsMap()).containsEntry("host", "h");
        assertThat(Times.unixMs(made.getIssuedAt())).isEqualTo(registry.nowMs);
        assertThat(Times.unixMs(made.getExpiresAt())).isEqualTo(registry.nowMs / 1000 * 1000 + 86_400_000);
        assertThat(certificates()).containsExactly(made);
        assertThat(uses("j-1")).isEqualTo(1);
        assertThat(registry.journal.getLast().getActor()).isEqualTo("join/j-1");
    }

    @Test
    void join_aSecondTime_isRefusedAsUsedUp() {
        issued(issue("j-1"));
        join("j-1", asking(GW1));

        refused(join("j-1", asking("spiffe://mesh/workload/gateway/gw-2")), ErrorCode.UNAUTHENTICATED, "used up");
        assertThat(certificates()).hasSize(1);
    }

    @Test
    void join_retried_isTheFirstCertificate_evenAfterTheTokenIsSpent() {
        issued(issue("j-1"));
        Command first = Commands.withRequestId(Commands.wrap(asking(GW1).build(), bearer("j-1")), "once");
        WorkloadCertificate made = registry.apply(first).record("certificate");
        Command again = Commands.withRequestId(Commands.wrap(asking(GW1).build(), bearer("j-1")), "once");

        Registry.Answer answer = registry.apply(again);

        assertThat(answer.result().getReplayed()).isTrue();
        assertThat(answer.<WorkloadCertificate>record("certificate")).isEqualTo(made);
        assertThat(uses("j-1")).isEqualTo(1);
        Command otherKey = Commands.withRequestId(
                Commands.wrap(
                        asking(GW1)
                                .setPublicKeySha256(ByteString.copyFromUtf8("another-key-another-key-another-"))
                                .build(),
                        bearer("j-1")),
                "once");
        assertThat(registry.apply(otherKey).isRejected()).isTrue();
    }

    @Test
    void join_withAnEndedToken_saysHowItEnded() {
        issued(issue("expired"));
        issued(issue("revoked").setTtl(Times.duration(DomainLimits.JOIN_TOKEN_TTL_MS_MAX)));
        registry.mutate(
                ROOT, RevokeJoinTokenRequest.newBuilder().setId("revoked").build());
        registry.nowMs += DomainLimits.JOIN_TOKEN_TTL_MS_DEFAULT - 1;
        assertThat(join("expired", asking(GW1)).isRejected()).isFalse();
        issued(issue("expired-2"));
        registry.nowMs += DomainLimits.JOIN_TOKEN_TTL_MS_DEFAULT;

        refused(join("expired-2", asking(GW1)), ErrorCode.UNAUTHENTICATED, "has expired");
        refused(join("revoked", asking(GW1)), ErrorCode.UNAUTHENTICATED, "was revoked");
        refused(join("none", asking(GW1)), ErrorCode.UNAUTHENTICATED, "is not known");
    }

    @Test
    void join_asAnotherThanTheTokenIsFor_isRefused() {
        issued(issue("any"));
        issued(issue("one").setSpiffeId(GW1));
        for (String id : List.of(
                "",
                "spiffe://mesh/workload/worker/w",
                "spiffe://mesh/workload/gateway/a/b",
                "spiffe://other/workload/gateway/a",
                "spiffe://mesh/workload/gateway/*")) {
            refused(join("any", asking(id)), ErrorCode.FORBIDDEN, "is for");
        }
        refused(join("one", asking("spiffe://mesh/workload/gateway/gw-2")), ErrorCode.FORBIDDEN, "is for");
        assertThat(join("one", asking(""))
                        .<WorkloadCertificate>record("certificate")
                        .getSpiffeId())
                .isEqualTo(GW1);
        assertThat(uses("any")).isZero();
    }

    @Test
    void join_asSomebodyWhoIsThere_needsATokenForExactlyThatId() {
        issued(issue("many").setUsesMax(5));
        issued(issue("one").setSpiffeId(GW1));
        join("many", asking(GW1));

        refused(join("many", asking(GW1)), ErrorCode.ALREADY_EXISTS, "still good");
        assertThat(join("one", asking(GW1)).isRejected()).isFalse();
    }

    @Test
    void join_withoutWhatMustBeAttested_isRefused() {
        issued(issue("j-1")
                .setExpected(ExpectedAttestation.newBuilder()
                        .putFacts("host", "edge-7")
                        .setPublicKeySha256(KEY)));

        refused(join("j-1", asking(GW1)), ErrorCode.FORBIDDEN, "host");
        refused(join("j-1", asking(GW1).putAttested("host", "edge-8")), ErrorCode.FORBIDDEN, "host");
        refused(
                join(
                        "j-1",
                        asking(GW1)
                                .putAttested("host", "edge-7")
                                .setPublicKeySha256(ByteString.copyFromUtf8("another-key-another-key-another-"))),
                ErrorCode.FORBIDDEN,
                "another key");
        assertThat(join("j-1", asking(GW1).putAttested("host", "edge-7")).isRejected())
                .isFalse();
    }

    @Test
    void join_lifetime_isAtMostTheTokens() {
        issued(issue("j-1").setCertificateLifetimeMax(Times.duration(120_000)));

        refused(
                join("j-1", asking(GW1).setLifetime(Times.duration(120_001))),
                ErrorCode.LIMIT_EXCEEDED,
                "the join token allows 120000");
        refused(join("j-1", asking(GW1).setLifetime(Times.duration(59_999))), ErrorCode.INVALID_REQUEST, "lifetime");
        WorkloadCertificate made =
                join("j-1", asking(GW1).setLifetime(Times.duration(60_000))).record("certificate");
        assertThat(Times.unixMs(made.getExpiresAt())).isEqualTo(registry.nowMs / 1000 * 1000 + 60_000);
    }

    @Test
    void join_byAnybodyElse_isRefused() {
        refused(registry.mutate(ROOT, asking(GW1).build()), ErrorCode.FORBIDDEN, "join token");
    }

    @Test
    void joinToken_givesNoRight_evenIfOneIsBoundToIt() {
        issued(issue("j-1"));
        registry.mutate(
                ROOT,
                GrantAccessRequest.newBuilder()
                        .setBinding(
                                Binding.newBuilder().setPrincipal("join/j-1").setRole("mesh.admin"))
                        .build());

        RegisterPeerRequest register = RegisterPeerRequest.newBuilder()
                .setPeer(Peer.newBuilder().setId("p"))
                .build();
        refused(registry.mutate(bearer("j-1"), register), ErrorCode.FORBIDDEN, "may not use RegisterPeer");
    }

    @Test
    void certificates_ofOneIdentity_areLimitedUntilTheyExpire() {
        issued(issue("j-1").setSpiffeId(GW1).setUsesMax(100).setTtl(Times.duration(10 * 86_400_000)));
        for (int i = 0; i < DomainLimits.CERTIFICATES_PER_IDENTITY_MAX; i++) {
            assertThat(join("j-1", asking("")).isRejected()).isFalse();
        }
        refused(join("j-1", asking("")), ErrorCode.LIMIT_EXCEEDED, "good certificates");

        registry.nowMs += DomainLimits.CERTIFICATE_LIFETIME_MS_DEFAULT;
        assertThat(join("j-1", asking("")).isRejected()).isFalse();
    }

    @Test
    void certificates_longExpired_areForgottenAFewAtATime() {
        issued(issue("j-1").setSpiffeId(GW1).setUsesMax(100).setTtl(Times.duration(10 * 86_400_000)));
        for (int i = 0; i < DomainLimits.BOOTSTRAP_SWEEP + 1; i++) {
            join("j-1", asking(""));
        }
        registry.nowMs += DomainLimits.CERTIFICATE_LIFETIME_MS_DEFAULT + DomainLimits.CERTIFICATE_KEPT_MS + 1;
        join("j-1", asking(""));
        assertThat(certificates()).hasSize(2);
        join("j-1", asking(""));
        assertThat(certificates()).hasSize(2);
    }

    /** However many try, in one log entry, a token is used as often as it may be. */
    @Property(tries = 50)
    void join_manyAtOnce_isUsedAsOftenAsItMayBe(
            @ForAll @IntRange(min = 1, max = 5) int usesMax, @ForAll @IntRange(max = 9) int tries) {
        open();
        try {
            issued(issue("j-1").setUsesMax(usesMax));
            List<Command> commands = new java.util.ArrayList<>();
            for (int i = 0; i < tries; i++) {
                commands.add(Commands.withRequestId(
                        Commands.wrap(
                                asking("spiffe://mesh/workload/gateway/gw-" + i).build(), bearer("j-1")),
                        "try-" + i));
            }
            if (!commands.isEmpty()) {
                registry.apply(commands);
            }
            assertThat(certificates()).hasSize(Math.min(usesMax, tries));
            assertThat(uses("j-1")).isEqualTo(Math.min(usesMax, tries));
        } finally {
            close();
        }
    }
}
