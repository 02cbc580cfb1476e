package io.meshkit.domain.kernel;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.StateRow;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of the state row while an entry is applied. A command works on a copy, which becomes the
 * entry's if the command is accepted.
 */
final class Ledger {
    long revision;
    long timeMs;
    long failoverEpoch;
    long lastGrant;
    ByteString chainHash;
    ByteString dedupeSweptKey;
    /** Commands since expired outcomes were last looked for. */
    int dedupeUnswept;

    long lowWatermark;
    long auditOldest;
    long journalBytes;
    ByteString auditBaseHash;
    /** Of the last change that governs access; 0: there was none, and nothing is checked. */
    long accessRevision;
    /** Of the last change of a policy; 0: there was none, and nothing is asked. */
    long policyRevision;
    /** Of the last change of a quota; 0: there was none, and namespaces are not counted. */
    long quotaRevision;

    private final TreeMap<String, Long> counts;

    private Ledger(StateRow row) {
        revision = row.getRevision();
        timeMs = row.getTimeMs();
        failoverEpoch = row.getFailoverEpoch();
        lastGrant = row.getLastGrant();
        chainHash = row.getChainHash();
        dedupeSweptKey = row.getDedupeSweptKey();
        dedupeUnswept = row.getDedupeUnsweptCommands();
        lowWatermark = row.getLowWatermarkRevision();
        auditOldest = row.getAuditOldestRevision();
        journalBytes = row.getJournalBytes();
        auditBaseHash = row.getAuditBaseHash();
        accessRevision = row.getAccessRevision();
        policyRevision = row.getPolicyRevision();
        quotaRevision = row.getQuotaRevision();
        counts = new TreeMap<>();
        for (StateRow.RecordCount count : row.getCountsList()) {
            counts.put(count.getKind(), count.getRecords());
        }
    }

    private Ledger(Ledger other) {
        revision = other.revision;
        timeMs = other.timeMs;
        failoverEpoch = other.failoverEpoch;
        lastGrant = other.lastGrant;
        chainHash = other.chainHash;
        dedupeSweptKey = other.dedupeSweptKey;
        dedupeUnswept = other.dedupeUnswept;
        lowWatermark = other.lowWatermark;
        auditOldest = other.auditOldest;
        journalBytes = other.journalBytes;
        auditBaseHash = other.auditBaseHash;
        accessRevision = other.accessRevision;
        policyRevision = other.policyRevision;
        quotaRevision = other.quotaRevision;
        counts = new TreeMap<>(other.counts);
    }

    static Ledger read(StoreView view) {
        return new Ledger(StateRows.read(view));
    }

    Ledger copy() {
        return new Ledger(this);
    }

    byte[] chainHashBytes() {
        return chainHash.isEmpty() ? new byte[StateRows.HASH_BYTES] : chainHash.toByteArray();
    }

    void chainHash(byte[] hash) {
        chainHash = UnsafeByteOperations.unsafeWrap(hash);
    }

    /** @param name of a kind of record, or {@link LeaseRows#COUNTED_AS} */
    long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    void add(String name, int records) {
        counts.put(name, count(name) + records);
    }

    void write(Overlay overlay) {
        StateRow.Builder row = StateRow.newBuilder()
                .setRevision(revision)
                .setTimeMs(timeMs)
                .setFailoverEpoch(failoverEpoch)
                .setLastGrant(lastGrant)
                .setChainHash(chainHash)
                .setDedupeSweptKey(dedupeSweptKey)
                .setDedupeUnsweptCommands(dedupeUnswept)
                .setLowWatermarkRevision(lowWatermark)
                .setAuditOldestRevision(auditOldest)
                .setJournalBytes(journalBytes)
                .setAuditBaseHash(auditBaseHash)
                .setAccessRevision(accessRevision)
                .setPolicyRevision(policyRevision)
                .setQuotaRevision(quotaRevision);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            row.addCountsBuilder().setKind(count.getKey()).setRecords(count.getValue());
        }
        overlay.put(Tables.META, StateRows.STATE_KEY, Bytes.of(row.build()));
    }
}
