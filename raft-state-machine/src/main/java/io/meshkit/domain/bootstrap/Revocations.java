package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.RevocationKind.REVOCATION;

import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.Revocation;

/** What new revocations say, and how old ones go. */
final class Revocations {
    private Revocations() {}

    /** As of now; of which certificates and until when is still to be said. */
    static Revocation.Builder of(Work work, RecordRef<Revocation> ref) {
        return Revocation.newBuilder()
                .setId(ref.name())
                .setRevokedAt(work.time())
                .setUntilRevision(work.nextRevision());
    }

    /** Of a batch: until all that were issued before now have expired, however many they are. */
    static Revocation.Builder ofBatch(Work work, String batch) {
        return of(work, REVOCATION.ofBatch(batch))
                .setBatchId(batch)
                .setExpiresAt(Times.timestamp(work.timeMs() + DomainLimits.CERTIFICATE_LIFETIME_MS_MAX));
    }

    /** Whether the batch has ended: nobody joins by it, and what was made by it is not renewed. */
    static boolean hasEnded(Work work, String batch) {
        return !batch.isEmpty() && REVOCATION.exists(work.view(), REVOCATION.ofBatch(batch));
    }

    /** Forgets some of which every certificate has expired. */
    static void sweep(Work work) {
        Expired.sweep(
                work,
                RowKeys.REVOCATIONS_BY_EXPIRY,
                work.timeMs() - DomainLimits.CERTIFICATE_KEPT_MS,
                REVOCATION,
                REVOCATION::ref);
    }
}
