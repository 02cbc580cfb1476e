package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.CertificateKind;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.WorkloadCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every new certificate is held to. */
final class Certificates {
    private static final int SHA256_BYTES = 32;
    private static final Pattern SERIAL = Pattern.compile("[1-9a-f][0-9a-f]{15,39}");

    private Certificates() {}

    /** What the receiving node decides. */
    static void checkMinted(String serial, ByteString publicKeySha256, Check check) {
        check.that(
                        isSerial(serial),
                        "serial",
                        "not a serial number: " + Check.shown(serial),
                        "the node that receives the request makes it")
                .that(
                        publicKeySha256.size() == SHA256_BYTES,
                        "publicKeySha256",
                        "the public key's hash has " + publicKeySha256.size() + " bytes",
                        "the node that receives the request makes it");
    }

    /** Why there can be no certificate of that serial number for the SPIFFE id, or null. */
    static @Nullable ErrorDetail refusal(Work work, String serial, String spiffeId) {
        if (CERTIFICATE.exists(work.view(), CERTIFICATE.ref(serial))) {
            return Errors.of(ErrorCode.ALREADY_EXISTS, "certificate " + serial + " exists already", "try again");
        }
        if (good(work, spiffeId).size() >= DomainLimits.CERTIFICATES_PER_IDENTITY_MAX) {
            return Errors.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    spiffeId + " has " + DomainLimits.CERTIFICATES_PER_IDENTITY_MAX + " good certificates already",
                    "use one of them, wait until some have expired, or have them revoked");
        }
        long countMax = CERTIFICATE.countMax(work.limits());
        return work.count(CERTIFICATE) < countMax
                ? null
                : Errors.of(
                        ErrorCode.LIMIT_EXCEEDED,
                        "there are " + countMax + " certificates already",
                        "let some expire; shorter lifetimes keep fewer of them");
    }

    /** Makes the certificate, which nothing refuses, and forgets some that have expired. @return what its workload is told */
    static Reply issue(Work work, WorkloadCertificate certificate) {
        RecordRef<WorkloadCertificate> ref = CERTIFICATE.ref(certificate.getSerial());
        work.create(ref, certificate);
        Expired.sweep(
                work,
                RowKeys.CERTIFICATES_BY_EXPIRY,
                work.timeMs() - DomainLimits.CERTIFICATE_KEPT_MS,
                CERTIFICATE,
                CERTIFICATE::ref);
        return new Reply.Accepted(
                JoinResponse.newBuilder().setCertificate(CERTIFICATE.get(work.view(), ref)), "", work.nextRevision());
    }

    static boolean isSerial(String serial) {
        return SERIAL.matcher(serial).matches();
    }

    /** The certificates of the SPIFFE id that are good now, in order of serial number. */
    static List<WorkloadCertificate> good(Work work, String spiffeId) {
        List<WorkloadCertificate> good = new ArrayList<>();
        for (String serial : Rows.names(work.view(), CertificateKind.bySpiffePrefix(spiffeId))) {
            WorkloadCertificate certificate = CERTIFICATE.get(work.view(), CERTIFICATE.ref(serial));
            if (certificate != null
                    && work.timeMs() < Times.unixMs(certificate.getExpiresAt())
                    && REVOCATION.of(work.view(), certificate) == null) {
                good.add(certificate);
            }
        }
        return good;
    }

    /** In whole seconds, as certificates have it. */
    static Timestamp end(long unixMs) {
        return Timestamp.newBuilder().setSeconds(Math.floorDiv(unixMs, 1000L)).build();
    }
}
