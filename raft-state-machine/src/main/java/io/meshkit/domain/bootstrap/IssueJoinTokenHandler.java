package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.access.TokenBatches;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.JoinTokenKind;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ExpectedAttestation;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.IssueJoinTokenResponse;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.RecordMeta;
import org.jspecify.annotations.Nullable;

/**
 * Issues a join token, and forgets some that have had their time. Its id and the hash of its secret were decided
 * before the log; the secret itself never reaches the domain.
 */
final class IssueJoinTokenHandler implements CommandHandler<IssueJoinTokenRequest> {
    private static final int SHA256_BYTES = 32;

    private final RecordHandler<IssueJoinTokenRequest, JoinToken> token = RecordHandler.creating(
            JOIN_TOKEN,
            IssueJoinTokenRequest.getDefaultInstance(),
            IssueJoinTokenResponse.getDefaultInstance(),
            request -> JOIN_TOKEN.ref(request.getTokenId()),
            IssueJoinTokenHandler::checkRequest,
            IssueJoinTokenHandler::issue);

    @Override
    public IssueJoinTokenRequest requestPrototype() {
        return token.requestPrototype();
    }

    @Override
    public Message responsePrototype() {
        return token.responsePrototype();
    }

    @Override
    public void check(IssueJoinTokenRequest request, Check check) {
        token.check(request, check);
    }

    /** Each attempt comes with another secret: a repeated one must find the token of the first. */
    @Override
    public IssueJoinTokenRequest identity(IssueJoinTokenRequest request) {
        return request.toBuilder().clearTokenId().clearSecretSha256().build();
    }

    @Override
    public Reply decide(Work work, IssueJoinTokenRequest request) {
        Expired.sweep(
                work,
                RowKeys.JOIN_TOKENS_BY_EXPIRY,
                work.timeMs() - DomainLimits.JOIN_TOKEN_KEPT_MS,
                JOIN_TOKEN,
                JOIN_TOKEN::ref);
        return token.decide(work, request);
    }

    private static void checkRequest(IssueJoinTokenRequest request, Check check) {
        if (request.hasMember()) {
            MemberIdentities.check(request, check);
        } else {
            SpiffeIds.pattern("spiffeId", request.getSpiffeId(), check);
            check.id("role", request.getRole());
        }
        check.optionalId("clusterId", request.getClusterId())
                .optionalId("environment", request.getEnvironment())
                .labels("labels", request.getLabelsMap())
                .that(
                        request.getUsesMax() >= 0 && request.getUsesMax() <= DomainLimits.JOIN_TOKEN_USES_MAX,
                        "usesMax",
                        "usesMax is " + request.getUsesMax(),
                        "1–" + DomainLimits.JOIN_TOKEN_USES_MAX + ", or leave it out for 1")
                .optionalId("batchId", request.getBatchId())
                .text("description", request.getDescription())
                .id("tokenId", request.getTokenId())
                .secretSha256(request.getSecretSha256());
        if (request.hasTtl()) {
            check.duration(
                    "ttl", request.getTtl(), DomainLimits.JOIN_TOKEN_TTL_MS_MIN, DomainLimits.JOIN_TOKEN_TTL_MS_MAX);
        }
        if (request.hasCertificateLifetimeMax()) {
            check.duration(
                    "certificateLifetimeMax",
                    request.getCertificateLifetimeMax(),
                    DomainLimits.CERTIFICATE_LIFETIME_MS_MIN,
                    DomainLimits.CERTIFICATE_LIFETIME_MS_MAX);
        }
        checkExpected(request.getExpected(), check);
    }

    private static void checkExpected(ExpectedAttestation expected, Check check) {
        check.labels("expected.facts", expected.getFactsMap())
                .atMost(DomainLimits.ATTESTED_FACTS_MAX, expected.getFactsCount(), "expected.facts", "entries")
                .that(
                        expected.getPublicKeySha256().isEmpty()
                                || expected.getPublicKeySha256().size() == SHA256_BYTES,
                        "expected.publicKeySha256",
                        "a SHA-256 has " + SHA256_BYTES + " bytes, this one "
                                + expected.getPublicKeySha256().size(),
                        "the SHA-256 of the public key's SubjectPublicKeyInfo in DER");
    }

    private static @Nullable ErrorDetail tooMuch(IssuingLimits limits, IssueJoinTokenRequest request) {
        long ttlMaxMs = limits.tokenTtlMs(DomainLimits.JOIN_TOKEN_TTL_MS_MAX);
        if (request.hasTtl() && Times.ms(request.getTtl()) > ttlMaxMs) {
            return limits.exceeded("ttl", Times.ms(request.getTtl()) + " ms", ttlMaxMs + " ms");
        }
        long lifetimeMaxMs = limits.certificateLifetimeMs(DomainLimits.CERTIFICATE_LIFETIME_MS_MAX);
        if (request.hasCertificateLifetimeMax() && Times.ms(request.getCertificateLifetimeMax()) > lifetimeMaxMs) {
            return limits.exceeded(
                    "certificateLifetimeMax",
                    Times.ms(request.getCertificateLifetimeMax()) + " ms",
                    lifetimeMaxMs + " ms");
        }
        int usesMax = limits.tokenUses(DomainLimits.JOIN_TOKEN_USES_MAX);
        return request.getUsesMax() <= usesMax
                ? null
                : limits.exceeded("usesMax", Integer.toString(request.getUsesMax()), Integer.toString(usesMax));
    }

    private static Decision<JoinToken> issue(Work work, IssueJoinTokenRequest request, @Nullable JoinToken current) {
        if (current != null) {
            return Decision.refuse(Errors.alreadyExists(
                    "join token", current.getId(), current.getMeta().getModRevision(), "try again"));
        }
        if (Revocations.hasEnded(work, request.getBatchId())) {
            return Decision.refuse(Errors.ofField(
                    ErrorCode.PRECONDITION_FAILED,
                    "batchId",
                    "batch " + request.getBatchId() + " was revoked",
                    "begin another batch"));
        }
        ErrorDetail refusal = TokenBatches.refusal(
                work,
                request.getBatchId(),
                JoinTokenKind.byBatchPrefix(request.getBatchId()),
                DomainLimits.JOIN_TOKENS_PER_BATCH_MAX,
                "join tokens");
        String role = request.hasMember() ? MemberIdentities.ROLE : request.getRole();
        IssuingLimits limits =
                IssuingLimits.of(work, request.getSpiffeId(), role, request.getClusterId(), request.getEnvironment());
        if (refusal == null && request.hasMember()) {
            refusal = MemberIdentities.refusal(work, request.getMember());
        }
        if (refusal == null) {
            refusal = limits.refusal();
        }
        if (refusal == null) {
            refusal = tooMuch(limits, request);
        }
        if (refusal != null) {
            return Decision.refuse(refusal);
        }
        long ttlMs = request.hasTtl()
                ? Times.ms(request.getTtl())
                : limits.tokenTtlMs(DomainLimits.JOIN_TOKEN_TTL_MS_DEFAULT);
        long lifetimeMs = request.hasCertificateLifetimeMax()
                ? Times.ms(request.getCertificateLifetimeMax())
                : limits.certificateLifetimeMs(
                        request.hasMember()
                                ? DomainLimits.MEMBER_CERTIFICATE_LIFETIME_MS_DEFAULT
                                : DomainLimits.CERTIFICATE_LIFETIME_MS_DEFAULT);
        JoinTokenKind.putSecret(work, request.getTokenId(), request.getSecretSha256());
        JoinToken.Builder made = JoinToken.newBuilder()
                .setId(request.getTokenId())
                .setMeta(RecordMeta.newBuilder().putAllLabels(request.getLabelsMap()))
                .setSpiffeId(request.getSpiffeId())
                .setRole(role)
                .setClusterId(request.getClusterId())
                .setEnvironment(request.getEnvironment())
                .setUsesMax(Math.max(1, request.getUsesMax()))
                .setBatchId(request.getBatchId())
                .setExpiresAt(Times.timestamp(work.timeMs() + ttlMs))
                .setCertificateLifetimeMax(Times.duration(lifetimeMs))
                .setDescription(request.getDescription());
        if (!request.getExpected().equals(ExpectedAttestation.getDefaultInstance())) {
            made.setExpected(request.getExpected());
        }
        if (request.hasMember()) {
            made.setMember(request.getMember());
        }
        return Decision.put(made.build());
    }
}
