package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Times;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WorkloadCertificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Certificates that the registry has decided about, found by serial number, SPIFFE id, batch and expiry. A new one
 * gives nobody a right: bindings do. That one holds no longer, a {@link RevocationKind revocation} says.
 */
public final class CertificateKind implements RecordKind<WorkloadCertificate> {
    public static final CertificateKind CERTIFICATE = new CertificateKind();

    private CertificateKind() {}

    public RecordRef<WorkloadCertificate> ref(String serial) {
        return new RecordRef<>(
                this,
                serial,
                new KeyWriter().tag(RowKeys.CERTIFICATE).text(serial).toBytes());
    }

    /** The index rows of a SPIFFE id begin so; the serial number follows. */
    public static byte[] bySpiffePrefix(String spiffeId) {
        return new KeyWriter()
                .tag(RowKeys.CERTIFICATES_BY_SPIFFE)
                .text(spiffeId)
                .toBytes();
    }

    /** The index rows of a batch begin so; the serial number follows. */
    public static byte[] byBatchPrefix(String batch) {
        return new KeyWriter().tag(RowKeys.CERTIFICATES_BY_BATCH).text(batch).toBytes();
    }

    @Override
    public List<byte[]> indexKeys(WorkloadCertificate certificate) {
        List<byte[]> keys = new ArrayList<>();
        keys.add(new KeyWriter()
                .tag(RowKeys.CERTIFICATES_BY_SPIFFE)
                .text(certificate.getSpiffeId())
                .text(certificate.getSerial())
                .toBytes());
        keys.add(new KeyWriter()
                .tag(RowKeys.CERTIFICATES_BY_EXPIRY)
                .number(Times.unixMs(certificate.getExpiresAt()))
                .text(certificate.getSerial())
                .toBytes());
        if (!certificate.getBatchId().isEmpty()) {
            keys.add(new KeyWriter()
                    .tag(RowKeys.CERTIFICATES_BY_BATCH)
                    .text(certificate.getBatchId())
                    .text(certificate.getSerial())
                    .toBytes());
        }
        return keys;
    }

    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public int tag() {
        return RowKeys.CERTIFICATE;
    }

    @Override
    public Parser<WorkloadCertificate> parser() {
        return WorkloadCertificate.parser();
    }

    @Override
    public RecordRef<WorkloadCertificate> refOf(WorkloadCertificate certificate) {
        return ref(certificate.getSerial());
    }

    @Override
    public RecordMeta meta(WorkloadCertificate certificate) {
        return certificate.getMeta();
    }

    @Override
    public WorkloadCertificate withMeta(WorkloadCertificate certificate, RecordMeta meta) {
        return certificate.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(WorkloadCertificate certificate) {
        return RegistryRecord.newBuilder().setCertificate(certificate).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return DomainLimits.CERTIFICATES_PER_PEER * limits.peersMax();
    }

    @Override
    public String cluster(WorkloadCertificate certificate) {
        return certificate.getClusterId();
    }
}
