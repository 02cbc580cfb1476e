package io.meshkit.domain;

import static io.meshkit.domain.Registry.ROOT;
import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;
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
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.meshkit.v1.RevokeJoinTokenBatchRequest;
import io.meshkit.v1.RevokeJoinTokenRequest;
import io.meshkit.v1.WorkloadCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RenewCertificateTest {
    private static final String GW1 = "spiffe://mesh/workload/gateway/gw-1";
    private static final ByteString KEY = ByteString.copyFrom(new byte[32]);
    private static final ByteString NEW_KEY = ByteString.copyFromUtf8("another-key-another-key-another-");
    private static final long HOUR_MS = 3_600_000;

    private Registry registry;
    private int made;

    @BeforeEach
    void open() {
        registry = new Registry();
        registry.seedAccess();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void ok(Message request) {
        assertThat(registry.mutate(ROOT, request).error()).isNull();
    }

    private String serial() {
        return String.format("4%031x", ++made);
    }

    /** Of a token of batch rack that allows a day, or as long as is asked for. */
    private WorkloadCertificate joined(long lifetimeMs) {
        ok(IssueJoinTokenRequest.newBuilder()
                .setSpiffeId(GW1)
                .setRole("gateway")
                .setClusterId("eu")
                .setEnvironment("prod")
                .putLabels("tier", "edge")
                .setTokenId("j")
                .setBatchId("rack")
                .setCertificateLifetimeMax(Times.duration(Math.max(lifetimeMs, 24 * HOUR_MS)))
                .setSecretSha256(KEY)
                .build());
        Caller bearer = new Caller(
                "join/j",
                Credential.newBuilder()
                        .setMethod(AccessResolver.JOIN_METHOD)
                        .setId("j")
                        .build());
        return registry.mutate(
                        bearer,
                        JoinRequest.newBuilder()
                                .setLifetime(Times.duration(lifetimeMs))
                                .setSerial(serial())
                                .setPublicKeySha256(KEY)
                                .putAttested("host", "edge-7")
                                .build())
                .record("certificate");
    }

    private static Caller holder(WorkloadCertificate certificate) {
        return new Caller(
                certificate.getSpiffeId(),
                Credential.newBuilder()
                        .setMethod(AccessResolver.MTLS_METHOD)
                        .setId(certificate.getSerial())
                        .setExpiresAtMs(Times.unixMs(certificate.getExpiresAt()))
                        .build());
    }

    private RenewCertificateRequest.Builder asking() {
        return RenewCertificateRequest.newBuilder().setSerial(serial()).setPublicKeySha256(NEW_KEY);
    }

    private static void refused(Registry.Answer answer, ErrorCode code, String words) {
        assertThat(answer.isRejected()).isTrue();
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.error().getMessage()).contains(words);
    }

    @Test
    void renew_isTheSameIdentity_withAnotherKey_asLongAgain() {
        WorkloadCertificate old = joined(2 * HOUR_MS);
        registry.nowMs += HOUR_MS + 1_234;

        WorkloadCertificate next =
                registry.mutate(holder(old), asking().build()).record("certificate");

        assertThat(next.getPublicKeySha256()).isEqualTo(NEW_KEY);
        assertThat(next.getSerial()).isNotEqualTo(old.getSerial());
        assertThat(next.getRenewedFrom()).isEqualTo(old.getSerial());
        assertThat(Times.unixMs(next.getIssuedAt())).isEqualTo(registry.nowMs);
        assertThat(Times.unixMs(next.getExpiresAt())).isEqualTo(registry.nowMs / 1000 * 1000 + 2 * HOUR_MS);
        assertThat(next.getMeta().getLabelsMap()).isEqualTo(old.getMeta().getLabelsMap());
        WorkloadCertificate asBefore = next.toBuilder()
                .setSerial(old.getSerial())
                .setMeta(old.getMeta())
                .setPublicKeySha256(old.getPublicKeySha256())
                .setIssuedAt(old.getIssuedAt())
                .setExpiresAt(old.getExpiresAt())
                .clearRenewedFrom()
                .build();
        assertThat(asBefore).as("role, place, token, batch, facts").isEqualTo(old);
        assertThat(registry.journal.getLast().getActor()).isEqualTo(GW1);
        assertThat(registry.journal.getLast().getVerb()).isEqualTo("RenewCertificate");
    }

    @Test
    void renew_retried_isTheFirstAnswer() {
        WorkloadCertificate old = joined(HOUR_MS);
        Command first = Commands.withRequestId(Commands.wrap(asking().build(), holder(old)), "once");
        Command again = Commands.withRequestId(Commands.wrap(asking().build(), holder(old)), "once");
        Command otherKey = Commands.withRequestId(
                Commands.wrap(asking().setPublicKeySha256(KEY).build(), holder(old)), "once");

        WorkloadCertificate next = registry.apply(first).record("certificate");
        Registry.Answer answer = registry.apply(again);

        assertThat(answer.result().getReplayed()).isTrue();
        assertThat(answer.<WorkloadCertificate>record("certificate")).isEqualTo(next);
        assertThat(registry.apply(otherKey).isRejected()).isTrue();
    }

    @Test
    void renew_leavesTheOldOneGood_andTheTokenSpent() {
        WorkloadCertificate old = joined(HOUR_MS);
        WorkloadCertificate next =
                registry.mutate(holder(old), asking().build()).record("certificate");

        assertThat(registry.mutate(holder(old), asking().build()).error()).isNull();
        assertThat(registry.mutate(holder(next), asking().build()).error()).isNull();
    }

    @Test
    void renew_lifetime_isAtMostTheTokens_howeverOften() {
        WorkloadCertificate old = joined(HOUR_MS);
        long dayMs = DomainLimits.CERTIFICATE_LIFETIME_MS_DEFAULT;

        refused(
                registry.mutate(
                        holder(old),
                        asking().setLifetime(Times.duration(dayMs + 1)).build()),
                ErrorCode.LIMIT_EXCEEDED,
                "the certificate's join token allowed " + dayMs);
        refused(
                registry.mutate(
                        holder(old),
                        asking().setLifetime(Times.duration(59_999)).build()),
                ErrorCode.INVALID_REQUEST,
                "lifetime");
        WorkloadCertificate longer = registry.mutate(
                        holder(old), asking().setLifetime(Times.duration(dayMs)).build())
                .record("certificate");
        refused(
                registry.mutate(
                        holder(longer),
                        asking().setLifetime(Times.duration(dayMs + 1)).build()),
                ErrorCode.LIMIT_EXCEEDED,
                "allowed");
    }

    @Test
    void renew_ofOneThatHasEnded_isRefused() {
        WorkloadCertificate old = joined(HOUR_MS);
        WorkloadCertificate next =
                registry.mutate(holder(old), asking().build()).record("certificate");
        ok(RevokeCertificatesRequest.newBuilder().setSerial(old.getSerial()).build());

        refused(registry.mutate(holder(old), asking().build()), ErrorCode.UNAUTHENTICATED, "was revoked");
        registry.nowMs += HOUR_MS;
        refused(registry.mutate(holder(next), asking().build()), ErrorCode.UNAUTHENTICATED, "has expired");
        // A node whose clock lags may let it through with another end.
        Caller lagging = new Caller(
                GW1, holder(next).credential().toBuilder().clearExpiresAtMs().build());
        refused(registry.mutate(lagging, asking().build()), ErrorCode.UNAUTHENTICATED, "has expired");
    }

    @Test
    void renew_ofARevokedBatch_isRefused_evenWhenItsTokensAreForgotten() {
        WorkloadCertificate old = joined(90 * 24 * HOUR_MS);
        ok(RevokeJoinTokenBatchRequest.newBuilder().setBatchId("rack").build());

        refused(registry.mutate(holder(old), asking().build()), ErrorCode.FORBIDDEN, "batch rack");
        registry.nowMs += 89 * 24 * HOUR_MS;
        ok(IssueJoinTokenRequest.newBuilder()
                .setSpiffeId(GW1)
                .setRole("gateway")
                .setTokenId("k")
                .setSecretSha256(KEY)
                .build());
        assertThat(JOIN_TOKEN.exists(registry.store, JOIN_TOKEN.ref("j"))).isFalse();
        refused(registry.mutate(holder(old), asking().build()), ErrorCode.FORBIDDEN, "batch rack");
    }

    @Test
    void renew_ofASingleRevokedToken_goesOn() {
        WorkloadCertificate old = joined(HOUR_MS);
        ok(RevokeJoinTokenRequest.newBuilder().setId("j").build());

        assertThat(registry.mutate(holder(old), asking().build()).error()).isNull();
    }

    @Test
    void renew_byWhoeverHasNoCertificateOfOurs_isRefused() {
        WorkloadCertificate old = joined(HOUR_MS);
        refused(
                registry.mutate(ROOT, asking().build()),
                ErrorCode.FORBIDDEN,
                "certificate that the registry has issued");
        Caller foreign = new Caller("spiffe://mesh/operator/x", holder(old).credential());
        refused(
                registry.mutate(foreign, asking().build()),
                ErrorCode.FORBIDDEN,
                "certificate that the registry has issued");
        Caller unknown = new Caller(
                GW1,
                holder(old).credential().toBuilder().setId("4" + "f".repeat(31)).build());
        refused(
                registry.mutate(unknown, asking().build()),
                ErrorCode.FORBIDDEN,
                "certificate that the registry has issued");
    }

    @Test
    void renew_givesNoOtherRight() {
        WorkloadCertificate old = joined(HOUR_MS);
        RegisterPeerRequest register = RegisterPeerRequest.newBuilder()
                .setPeer(Peer.newBuilder().setId("p"))
                .build();

        refused(registry.mutate(holder(old), register), ErrorCode.FORBIDDEN, "may not use RegisterPeer");
    }

    @Test
    void renew_inALoop_comesToTheLimit() {
        WorkloadCertificate old = joined(HOUR_MS);
        for (int i = 1; i < DomainLimits.CERTIFICATES_PER_IDENTITY_MAX; i++) {
            assertThat(registry.mutate(holder(old), asking().build()).error()).isNull();
        }

        refused(registry.mutate(holder(old), asking().build()), ErrorCode.LIMIT_EXCEEDED, "good certificates");
    }
}
