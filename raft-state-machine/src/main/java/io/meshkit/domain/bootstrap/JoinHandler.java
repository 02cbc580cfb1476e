package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.JoinTokenKind.JOIN_TOKEN;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ExpectedAttestation;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.WorkloadCertificate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Uses a join token, and decides what the certificate for it says. The token is the caller's credential; the secret was
 * compared, and the proof of the key checked, by the node that received the request.
 */
public final class JoinHandler implements CommandHandler<JoinRequest> {
    @Override
    public JoinRequest requestPrototype() {
        return JoinRequest.getDefaultInstance();
    }

    @Override
    public JoinResponse responsePrototype() {
        return JoinResponse.getDefaultInstance();
    }

    /** Each attempt comes with another serial number: a repeated one must find the certificate of the first. */
    @Override
    public JoinRequest identity(JoinRequest request) {
        return request.toBuilder().clearSerial().build();
    }

    @Override
    public void check(JoinRequest request, Check check) {
        Certificates.checkMinted(request.getSerial(), request.getPublicKeySha256(), check);
        if (!request.getSpiffeId().isEmpty() && !SpiffeIds.isMembers(request.getSpiffeId())) {
            SpiffeIds.pattern("spiffeId", request.getSpiffeId(), check);
        }
        if (request.hasLifetime()) {
            Lifetime.check(request.getLifetime(), check);
        }
        check.labels("attestation.facts", request.getAttestedMap())
                .atMost(DomainLimits.ATTESTED_FACTS_MAX, request.getAttestedCount(), "attestation.facts", "entries");
    }

    @Override
    public Reply decide(Work work, JoinRequest request) {
        if (!work.caller().credential().getMethod().equals(AccessResolver.JOIN_METHOD)) {
            return new Reply.Rejected(Errors.of(
                    ErrorCode.FORBIDDEN,
                    work.principal() + " did not come with a join token",
                    "send 'authorization: Bearer mkj_…' with a token of omnirelay mesh bootstrap issue-token"));
        }
        String id = work.caller().credential().getId();
        JoinToken token = JOIN_TOKEN.get(work.view(), JOIN_TOKEN.ref(id));
        if (token == null) {
            return new Reply.Rejected(spent(id, "is not known: it has ended more than a day ago"));
        }
        String end = end(token, work.timeMs());
        if (end != null) {
            return new Reply.Rejected(spent(id, end));
        }
        if (token.hasMember() && !SpiffeIds.isMembers(request.getSpiffeId())) {
            // The node that was asked signs with the key of workloads then, whatever the token is for.
            return new Reply.Rejected(Errors.ofField(
                    ErrorCode.FORBIDDEN,
                    "spiffeId",
                    "join token " + id + " is for a member of the quorum, "
                            + token.getMember().getNode() + ", and for no workload",
                    "use it on the host of that member: omnirelay quorum join"));
        }
        Optional<String> spiffeId = SpiffeIds.chosen(token.getSpiffeId(), request.getSpiffeId());
        if (spiffeId.isEmpty()) {
            return new Reply.Rejected(Errors.ofField(
                    ErrorCode.FORBIDDEN,
                    "spiffeId",
                    "join token " + id + " is for " + token.getSpiffeId() + ", not for "
                            + Check.shown(request.getSpiffeId()),
                    SpiffeIds.isPattern(token.getSpiffeId())
                            ? "name the id with one segment in place of *"
                            : "leave the id out, or name exactly that one"));
        }
        Lifetime lifetime = new Lifetime(
                request.hasLifetime() ? request.getLifetime() : null,
                Times.ms(token.getCertificateLifetimeMax()),
                "the join token allows",
                IssuingLimits.of(work, spiffeId.get(), token.getRole(), token.getClusterId(), token.getEnvironment()));
        ErrorDetail unfit = unattested(token.getExpected(), request);
        if (unfit == null) {
            unfit = lifetime.refusal();
        }
        if (unfit == null) {
            unfit = Certificates.refusal(work, request.getSerial(), spiffeId.get());
        }
        if (unfit == null && token.hasMember()) {
            unfit = MemberIdentities.refusal(work, token.getMember());
        }
        if (unfit == null && (token.hasMember() || SpiffeIds.isPattern(token.getSpiffeId()))) {
            unfit = taken(work, token, spiffeId.get());
        }
        return unfit == null ? join(work, request, token, spiffeId.get(), lifetime) : new Reply.Rejected(unfit);
    }

    private static ErrorDetail spent(String id, String why) {
        return Errors.of(ErrorCode.UNAUTHENTICATED, "join token " + id + " " + why, "ask for another join token");
    }

    /** How the token has ended, or null. */
    private static @Nullable String end(JoinToken token, long nowMs) {
        if (token.hasRevokedAt()) {
            return "was revoked";
        }
        if (Times.unixMs(token.getExpiresAt()) <= nowMs) {
            return "has expired";
        }
        return token.getUses() < token.getUsesMax()
                ? null
                : "has been used up: " + token.getUses() + " of " + token.getUsesMax() + " uses";
    }

    private static @Nullable ErrorDetail unattested(ExpectedAttestation expected, JoinRequest request) {
        if (!expected.getPublicKeySha256().isEmpty()
                && !expected.getPublicKeySha256().equals(request.getPublicKeySha256())) {
            return Errors.ofField(
                    ErrorCode.FORBIDDEN,
                    "certificateRequest",
                    "the join token is bound to another key",
                    "use the key that the token was issued for");
        }
        for (Map.Entry<String, String> fact : expected.getFactsMap().entrySet()) {
            if (!fact.getValue().equals(request.getAttestedMap().get(fact.getKey()))) {
                return Errors.ofField(
                        ErrorCode.FORBIDDEN,
                        "attestation.facts",
                        "the join token asks for another " + fact.getKey() + " than was attested",
                        "join where the token was meant for, or ask for another");
            }
        }
        return null;
    }

    /**
     * With a pattern the workload names itself: it must not name itself as another that is there. And no two hosts can be
     * one member.
     */
    private static @Nullable ErrorDetail taken(Work work, JoinToken token, String spiffeId) {
        return Certificates.good(work, spiffeId).isEmpty()
                ? null
                : Errors.ofField(
                        ErrorCode.ALREADY_EXISTS,
                        "spiffeId",
                        spiffeId + " has a certificate that is still good",
                        token.hasMember()
                                ? "have it revoked first, unless another host is that member:"
                                        + " omnirelay mesh bootstrap revoke-certificate --spiffe-id node/"
                                        + token.getMember().getNode()
                                : "choose another id; to join again under this one, have its certificates revoked or a token"
                                        + " issued for exactly this id");
    }

    private static Reply join(Work work, JoinRequest request, JoinToken token, String spiffeId, Lifetime lifetime) {
        work.change(
                JOIN_TOKEN.ref(token.getId()),
                token,
                token.toBuilder().setUses(token.getUses() + 1).build());
        long lifetimeMs = lifetime.ms(Times.ms(token.getCertificateLifetimeMax()));
        WorkloadCertificate certificate = WorkloadCertificate.newBuilder()
                .setSerial(request.getSerial())
                .setMeta(RecordMeta.newBuilder().putAllLabels(token.getMeta().getLabelsMap()))
                .setSpiffeId(spiffeId)
                .setRole(token.getRole())
                .setClusterId(token.getClusterId())
                .setEnvironment(token.getEnvironment())
                .setTokenId(token.getId())
                .setBatchId(token.getBatchId())
                .setPublicKeySha256(request.getPublicKeySha256())
                .setIssuedAt(work.time())
                .setExpiresAt(Certificates.end(work.timeMs() + lifetimeMs))
                .putAllFacts(request.getAttestedMap())
                .setLifetimeMax(token.getCertificateLifetimeMax())
                .build();
        return Certificates.issue(
                work,
                token.hasMember()
                        ? certificate.toBuilder().setMember(token.getMember()).build()
                        : certificate);
    }
}
