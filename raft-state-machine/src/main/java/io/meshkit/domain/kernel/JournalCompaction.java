package io.meshkit.domain.kernel;

import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.Cursor;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.Shard;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the oldest part of the journal: rows, their indexes, and the shards' histories as far back. Outcomes that
 * refer to a removed row take the record over.
 *
 * <p>Bounded per command, so that no entry holds up the apply thread. The newest entry stays, and of each shard
 * its last history row, which holds its owner epoch. What the oldest entry kept is chained to is noted, so that
 * the rest of the chain can still be verified.
 */
final class JournalCompaction {
    /** Rows removed per command. */
    static final int ROWS_MAX = 500;
    /** Bytes of journal removed per command. */
    static final int BYTES_MAX = 4 << 20;

    private JournalCompaction() {}

    /** Removes what comes before the revision, as much as one command may. */
    static void run(Overlay overlay, Ledger ledger, long keepFrom) {
        long oldest = Math.max(1, ledger.auditOldest);
        long end = Math.min(keepFrom, ledger.revision);
        long bytes = 0;
        int rows = 0;
        List<AuditEntry> removed = new ArrayList<>();
        try (Cursor cursor = overlay.scan(Tables.JOURNAL, RowKeys.journal(oldest), RowKeys.journal(end))) {
            while (rows < ROWS_MAX && bytes < BYTES_MAX && cursor.next()) {
                byte[] row = cursor.value();
                rows++;
                bytes += row.length;
                removed.add(Bytes.parse(AuditEntry.parser(), row));
            }
        }
        if (removed.isEmpty()) {
            return;
        }
        removed.forEach(entry -> remove(overlay, entry));
        AuditEntry last = removed.getLast();
        ledger.journalBytes = Math.max(0, ledger.journalBytes - bytes);
        ledger.auditBaseHash = last.getHash();
        ledger.auditOldest = last.getRevision() + 1;
        ledger.lowWatermark = ledger.auditOldest;
    }

    private static void remove(Overlay overlay, AuditEntry entry) {
        Dedupe.detach(overlay, entry);
        overlay.delete(Tables.JOURNAL, RowKeys.journal(entry.getRevision()));
        RowKeys.auditIndex(entry).forEach(key -> overlay.delete(Tables.INDEX, key));
        for (RecordChange change : entry.getChangesList()) {
            Shard shard = change.hasAfter()
                    ? change.getAfter().getShard()
                    : change.getBefore().getShard();
            if (!shard.getShardId().isEmpty()) {
                removeHistory(overlay, shard, entry.getRevision());
            }
        }
    }

    /** All of the shard's rows up to the revision, but not its last. */
    private static void removeHistory(Overlay overlay, Shard shard, long revision) {
        byte[] prefix = ShardKind.historyPrefix(shard.getNamespace(), shard.getShardId());
        List<byte[]> old = new ArrayList<>();
        byte[] last = RowKeys.withRevision(prefix, Long.MAX_VALUE);
        try (Cursor cursor = overlay.scan(Tables.HISTORY, RowKeys.withRevision(prefix, 0), last)) {
            while (cursor.next()) {
                old.add(cursor.key());
                if (RowKeys.revisionOf(cursor.key()) > revision) {
                    break;
                }
            }
        }
        for (byte[] key : old.subList(0, Math.max(0, old.size() - 1))) {
            overlay.delete(Tables.HISTORY, key);
        }
    }
}
