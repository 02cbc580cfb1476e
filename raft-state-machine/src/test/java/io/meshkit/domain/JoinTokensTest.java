package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.records.JoinTokenKind;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Command;
import io.meshkit.v1.ExpectedAttestation;
import io.meshkit.v1.GetJoinTokenRequest;
import io.meshkit.v1.GetJoinTokenResponse;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.ListJoinTokensRequest;
import io.meshkit.v1.ListJoinTokensResponse;
import io.meshkit.v1.RevokeJoinTokenBatchRequest;
import io.meshkit.v1.RevokeJoinTokenBatchResponse;
import io.meshkit.v1.RevokeJoinTokenRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokensTest {
    private static final ByteString SECRET = ByteString.copyFrom(new byte[32]);

    private final Registry registry = new Registry();

    @AfterEach
    void close() {
        registry.close();
    }

    private static IssueJoinTokenRequest.Builder issue(String id) {
        return IssueJoinTokenRequest.newBuilder()
                .setSpiffeId("spiffe://mesh/workload/gateway/*")
                .setRole("gateway")
                .setTokenId(id)
                .setSecretSha256(SECRET);
    }

    private JoinToken issued(IssueJoinTokenRequest.Builder request) {
        Registry.Answer answer = registry.mutate(request.build());
        assertThat(answer.error()).isNull();
        return answer.record("join_token");
    }

    private ErrorCode refused(Message request) {
        return registry.mutate(request).code();
    }

    private List<JoinToken> listed() {
        return registry.query(ListJoinTokensRequest.getDefaultInstance(), ListJoinTokensResponse.class)
                .getJoinTokensList();
    }

    @Test
    void issue_withoutBounds_isGoodOnceForAnHourAndCertificatesOfADay() {
        JoinToken token = issued(issue("j-1").putLabels("tier", "edge"));

        assertThat(token.getUsesMax()).isEqualTo(1);
        assertThat(token.getUses()).isZero();
        assertThat(Times.unixMs(token.getExpiresAt())).isEqualTo(registry.nowMs + 3_600_000);
        assertThat(Times.ms(token.getCertificateLifetimeMax())).isEqualTo(86_400_000);
        assertThat(token.getMeta().getLabelsMap()).isEqualTo(Map.of("tier", "edge"));
        assertThat(registry.query(GetJoinTokenRequest.newBuilder().setId("j-1").build(), GetJoinTokenResponse.class)
                        .getJoinToken())
                .isEqualTo(token);
    }

    @Test
    void issue_keepsTheSecretsHashOutOfRecordsAndAudit() {
        ByteString hash = ByteString.copyFrom("0123456789abcdef0123456789abcdef".getBytes());
        issued(issue("j-1").setSecretSha256(hash));

        assertThat(JoinTokenKind.secret(registry.store, "j-1")).isEqualTo(hash);
        for (AuditEntry entry : registry.journal) {
            assertThat(entry.toByteString().toStringUtf8()).doesNotContain("0123456789abcdef");
        }
    }

    @Test
    void issue_retriedWithAnotherSecret_isTheFirst() {
        Command first = Commands.withRequestId(Commands.wrap(issue("j-1").build(), "alice"), "issue");
        Command second = Commands.withRequestId(Commands.wrap(issue("j-2").build(), "alice"), "issue");
        registry.apply(List.of(first));

        Registry.Answer again =
                Registry.answer(second, registry.apply(List.of(second)).getFirst());

        assertThat(again.result().getReplayed()).isTrue();
        assertThat(again.<JoinToken>record("join_token").getId()).isEqualTo("j-1");
        assertThat(JoinTokenKind.secret(registry.store, "j-2")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "workload/a",
                "spiffe://mesh",
                "spiffe://mesh/",
                "spiffe://mesh/*",
                "spiffe://mesh/a/*/b",
                "spiffe://mesh/a//b",
                "spiffe://mesh/a/../b",
                "spiffe://mesh/a/.",
                "spiffe://MESH/a",
                "spiffe://mesh/a b",
                "spiffe://mesh/node/node-1",
                "spiffe://mesh/node/*",
                "https://mesh/a"
            })
    void issue_whatIsNoSpiffeIdOfAWorkload_isRefused(String id) {
        assertThat(refused(issue("j-1").setSpiffeId(id).build())).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void issue_spiffeIdAtItsLimit_isTaken() {
        String longest = "spiffe://mesh/" + "a".repeat(DomainLimits.SPIFFE_ID_MAX - "spiffe://mesh/".length());
        issued(issue("j-1").setSpiffeId(longest));

        assertThat(refused(issue("j-2").setSpiffeId(longest + "a").build())).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void issue_boundsOutOfRange_areRefused() {
        issued(issue("uses").setUsesMax(DomainLimits.JOIN_TOKEN_USES_MAX));
        assertThat(refused(issue("j")
                        .setUsesMax(DomainLimits.JOIN_TOKEN_USES_MAX + 1)
                        .build()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused(issue("j").setUsesMax(-1).build())).isEqualTo(ErrorCode.INVALID_REQUEST);
        issued(issue("ttl").setTtl(Times.duration(DomainLimits.JOIN_TOKEN_TTL_MS_MAX)));
        assertThat(refused(issue("j")
                        .setTtl(Times.duration(DomainLimits.JOIN_TOKEN_TTL_MS_MAX + 1))
                        .build()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused(issue("j").setTtl(Times.duration(999)).build())).isEqualTo(ErrorCode.INVALID_REQUEST);
        issued(issue("life").setCertificateLifetimeMax(Times.duration(DomainLimits.CERTIFICATE_LIFETIME_MS_MAX)));
        assertThat(refused(issue("j")
                        .setCertificateLifetimeMax(Times.duration(DomainLimits.CERTIFICATE_LIFETIME_MS_MIN - 1))
                        .build()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused(issue("j")
                        .setCertificateLifetimeMax(Times.duration(DomainLimits.CERTIFICATE_LIFETIME_MS_MAX + 1))
                        .build()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void issue_badAttestation_isRefused() {
        ExpectedAttestation.Builder facts = ExpectedAttestation.newBuilder();
        for (int i = 0; i < DomainLimits.ATTESTED_FACTS_MAX; i++) {
            facts.putFacts("fact-" + i, "v");
        }
        issued(issue("j-1").setExpected(facts));
        assertThat(refused(issue("j-2").setExpected(facts.putFacts("more", "v")).build()))
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(refused(issue("j-2")
                        .setExpected(
                                ExpectedAttestation.newBuilder().setPublicKeySha256(ByteString.copyFrom(new byte[31])))
                        .build()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void issue_beyondTheLimit_isRefused() {
        DomainLimits d = DomainLimits.DEFAULTS;
        DomainLimits small = new DomainLimits(d.dedupeRetentionMs(), 4, 9, 9, 9, 9, 9, 9, 2, d.transactionBytesMax());
        try (Registry few = new Registry(small)) {
            assertThat(few.mutate(issue("j-1").build()).isRejected()).isFalse();
            assertThat(few.mutate(issue("j-2").build()).isRejected()).isFalse();
            assertThat(few.mutate(issue("j-3").build()).code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        }
    }

    @Test
    void batch_isLimitedAndRevokedTogether() {
        for (int i = 0; i < DomainLimits.JOIN_TOKENS_PER_BATCH_MAX; i++) {
            issued(issue("j-" + i).setBatchId("rack"));
        }
        assertThat(refused(issue("more").setBatchId("rack").build())).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        issued(issue("other").setBatchId("rack-2"));
        registry.mutate(RevokeJoinTokenRequest.newBuilder().setId("j-7").build());

        Registry.Answer answer = registry.mutate(
                RevokeJoinTokenBatchRequest.newBuilder().setBatchId("rack").build());

        assertThat(((RevokeJoinTokenBatchResponse) answer.response()).getRevoked())
                .isEqualTo(DomainLimits.JOIN_TOKENS_PER_BATCH_MAX - 1);
        JoinToken other = registry.query(
                        GetJoinTokenRequest.newBuilder().setId("other").build(), GetJoinTokenResponse.class)
                .getJoinToken();
        assertThat(other.hasRevokedAt()).isFalse();
    }

    @Test
    void revoke_isRememberedAndChangesNothingTheSecondTime() {
        issued(issue("j-1"));
        RevokeJoinTokenRequest revoke =
                RevokeJoinTokenRequest.newBuilder().setId("j-1").build();

        JoinToken revoked = registry.mutate(revoke).record("join_token");
        registry.nowMs += 1_000;

        assertThat(Times.unixMs(revoked.getRevokedAt())).isEqualTo(registry.nowMs - 1_000);
        assertThat(registry.mutate(revoke).result().getChanged()).isFalse();
        assertThat(refused(RevokeJoinTokenRequest.newBuilder().setId("none").build()))
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void issue_forgetsWhatEndedADayAgo_aFewAtATime() {
        for (int i = 0; i < 2 * DomainLimits.BOOTSTRAP_SWEEP; i++) {
            issued(issue("old-" + i));
        }
        registry.nowMs += DomainLimits.JOIN_TOKEN_TTL_MS_DEFAULT + DomainLimits.JOIN_TOKEN_KEPT_MS;
        issued(issue("at-the-edge"));
        assertThat(listed()).hasSize(2 * DomainLimits.BOOTSTRAP_SWEEP + 1);

        registry.nowMs += 1;
        issued(issue("new-1"));
        assertThat(listed()).hasSize(DomainLimits.BOOTSTRAP_SWEEP + 2);
        issued(issue("new-2"));

        assertThat(listed()).extracting(JoinToken::getId).containsExactly("at-the-edge", "new-1", "new-2");
        assertThat(JoinTokenKind.secret(registry.store, "old-0")).isNull();
    }

    @Test
    void list_filtersByRoleBatchAndText() {
        issued(issue("j-1").setBatchId("rack"));
        issued(issue("j-2").setRole("worker").setSpiffeId("spiffe://mesh/workload/worker/w-1"));

        assertThat(ids(ListJoinTokensRequest.newBuilder().setRole("worker"))).containsExactly("j-2");
        assertThat(ids(ListJoinTokensRequest.newBuilder().setBatchId("rack"))).containsExactly("j-1");
        assertThat(ids(ListJoinTokensRequest.newBuilder().setSearch("W-1"))).containsExactly("j-2");
    }

    private List<String> ids(ListJoinTokensRequest.Builder request) {
        return registry.query(request.build(), ListJoinTokensResponse.class).getJoinTokensList().stream()
                .map(JoinToken::getId)
                .toList();
    }
}
