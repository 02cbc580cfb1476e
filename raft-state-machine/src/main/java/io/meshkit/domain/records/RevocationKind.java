package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Times;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Revocation;
import io.meshkit.v1.WorkloadCertificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Revocations of certificates: of one by serial number, of all that a SPIFFE id had, of all of a batch. They govern
 * access: what was found out about a caller before one is not used after it.
 */
public final class RevocationKind implements RecordKind<Revocation> {
    public static final RevocationKind REVOCATION = new RevocationKind();

    private static final String SERIAL = "serial/";
    private static final String SPIFFE = "spiffe/";
    private static final String BATCH = "batch/";

    private RevocationKind() {}

    public RecordRef<Revocation> ofSerial(String serial) {
        return ref(SERIAL + serial);
    }

    public RecordRef<Revocation> ofSpiffeId(String spiffeId) {
        return ref(SPIFFE + spiffeId);
    }

    public RecordRef<Revocation> ofBatch(String batch) {
        return ref(BATCH + batch);
    }

    public RecordRef<Revocation> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.REVOCATION).text(id).toBytes());
    }

    /** The revocation by which the certificate holds no longer, or null. */
    public @Nullable Revocation of(StoreView view, WorkloadCertificate certificate) {
        Revocation found = ending(view, ofSerial(certificate.getSerial()), certificate);
        if (found == null) {
            found = ending(view, ofSpiffeId(certificate.getSpiffeId()), certificate);
        }
        return found != null || certificate.getBatchId().isEmpty()
                ? found
                : ending(view, ofBatch(certificate.getBatchId()), certificate);
    }

    private @Nullable Revocation ending(StoreView view, RecordRef<Revocation> ref, WorkloadCertificate certificate) {
        Revocation revocation = get(view, ref);
        boolean ends = revocation != null
                && !revocation.getRenewalOnly()
                && certificate.getMeta().getCreateRevision() <= revocation.getUntilRevision();
        return ends ? revocation : null;
    }

    @Override
    public List<byte[]> indexKeys(Revocation revocation) {
        return List.of(new KeyWriter()
                .tag(RowKeys.REVOCATIONS_BY_EXPIRY)
                .number(Times.unixMs(revocation.getExpiresAt()))
                .text(revocation.getId())
                .toBytes());
    }

    @Override
    public boolean governsAccess() {
        return true;
    }

    @Override
    public String name() {
        return "revocation";
    }

    @Override
    public int tag() {
        return RowKeys.REVOCATION;
    }

    @Override
    public Parser<Revocation> parser() {
        return Revocation.parser();
    }

    @Override
    public RecordRef<Revocation> refOf(Revocation revocation) {
        return ref(revocation.getId());
    }

    @Override
    public RecordMeta meta(Revocation revocation) {
        return revocation.getMeta();
    }

    @Override
    public Revocation withMeta(Revocation revocation, RecordMeta meta) {
        return revocation.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Revocation revocation) {
        return RegistryRecord.newBuilder().setRevocation(revocation).build();
    }

    /** As many as certificates: it must never be that one cannot be revoked. */
    @Override
    public long countMax(DomainLimits limits) {
        return CertificateKind.CERTIFICATE.countMax(limits);
    }
}
