package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.Credential;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WorkloadCertificate;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a certificate that follows another. The one that is renewed is the caller's credential; the proof of the
 * new key was checked by the node that received the request.
 *
 * <p>It may be renewed more than once: an answer that was lost on the way must not cost a workload its identity. How many
 * can be good at a time is limited as for joins.
 */
public final class RenewCertificateHandler implements CommandHandler<RenewCertificateRequest> {
    @Override
    public RenewCertificateRequest requestPrototype() {
        return RenewCertificateRequest.getDefaultInstance();
    }

    @Override
    public JoinResponse responsePrototype() {
        return JoinResponse.getDefaultInstance();
    }

    /** Each attempt comes with another serial number: a repeated one must find the certificate of the first. */
    @Override
    public RenewCertificateRequest identity(RenewCertificateRequest request) {
        return request.toBuilder().clearSerial().build();
    }

    @Override
    public void check(RenewCertificateRequest request, Check check) {
        Certificates.checkMinted(request.getSerial(), request.getPublicKeySha256(), check);
        if (request.hasLifetime()) {
            Lifetime.check(request.getLifetime(), check);
        }
    }

    @Override
    public Reply decide(Work work, RenewCertificateRequest request) {
        Credential credential = work.caller().credential();
        WorkloadCertificate current = credential.getMethod().equals(AccessResolver.MTLS_METHOD)
                ? CERTIFICATE.get(work.view(), CERTIFICATE.ref(credential.getId()))
                : null;
        if (current == null || !current.getSpiffeId().equals(work.principal())) {
            return new Reply.Rejected(Errors.of(
                    ErrorCode.FORBIDDEN,
                    work.principal() + " did not come with a certificate that the registry has issued",
                    "show by mTLS the certificate that is to be renewed, or join"));
        }
        Lifetime lifetime = new Lifetime(
                request.hasLifetime() ? request.getLifetime() : null,
                // One from before that was written down: as long as it lives itself.
                current.hasLifetimeMax() ? Times.ms(current.getLifetimeMax()) : lifetimeMs(current),
                "the certificate's join token allowed",
                IssuingLimits.of(
                        work,
                        current.getSpiffeId(),
                        current.getRole(),
                        current.getClusterId(),
                        current.getEnvironment()));
        ErrorDetail unfit = end(work, current);
        if (unfit == null) {
            unfit = lifetime.refusal();
        }
        if (unfit == null) {
            unfit = Certificates.refusal(work, request.getSerial(), current.getSpiffeId());
        }
        return unfit == null ? renew(work, request, current, lifetime) : new Reply.Rejected(unfit);
    }

    /** Why the certificate is not renewed, whatever is asked for, or null. */
    private static @Nullable ErrorDetail end(Work work, WorkloadCertificate current) {
        String named = "certificate " + current.getSerial();
        if (REVOCATION.of(work.view(), current) != null) {
            return Errors.of(ErrorCode.UNAUTHENTICATED, named + " was revoked", "join anew");
        }
        if (Times.unixMs(current.getExpiresAt()) <= work.timeMs()) {
            return Errors.of(ErrorCode.UNAUTHENTICATED, named + " has expired", "join anew; renew earlier");
        }
        ErrorDetail gone = current.hasMember() ? MemberIdentities.renewalRefusal(work, current.getMember()) : null;
        if (gone != null) {
            return gone;
        }
        return Revocations.hasEnded(work, current.getBatchId())
                ? Errors.of(
                        ErrorCode.FORBIDDEN,
                        named + " is not renewed: batch " + current.getBatchId()
                                + ", by which it was made, was revoked",
                        "ask for a join token of another batch")
                : null;
    }

    /** In whole seconds, as its end is: it neither shrinks nor grows from one to the next. */
    private static long lifetimeMs(WorkloadCertificate certificate) {
        return (certificate.getExpiresAt().getSeconds()
                        - certificate.getIssuedAt().getSeconds())
                * 1000;
    }

    private static Reply renew(
            Work work, RenewCertificateRequest request, WorkloadCertificate current, Lifetime lifetime) {
        WorkloadCertificate next = current.toBuilder()
                .setSerial(request.getSerial())
                .setMeta(RecordMeta.newBuilder().putAllLabels(current.getMeta().getLabelsMap()))
                .setPublicKeySha256(request.getPublicKeySha256())
                .setIssuedAt(work.time())
                .setExpiresAt(Certificates.end(work.timeMs() + lifetime.ms(lifetimeMs(current))))
                .setRenewedFrom(current.getSerial())
                .build();
        return Certificates.issue(work, next);
    }
}
