package io.meshkit.domain.query;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Overlay;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.StateRows;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import io.meshkit.v1.StateRow;
import java.util.ArrayList;
import java.util.List;

/**
 * The state as it was at an earlier revision: the newest one, with the changes since undone by the journal.
 *
 * <p>So any node can go on with a list that another began, after a restart too, and nothing is held between two
 * pages (ADR-0011). Records, indexes, journal and histories are those of the revision; of the state row only
 * the revision is.
 */
public final class Past {
    /** So many changes are undone at most: beyond, the position counts as compacted. */
    public static final int REVISIONS_MAX = 20_000;
    /** And so many bytes of journal. */
    public static final int BYTES_MAX = 16 << 20;

    private Past() {}

    /** What became of the wish to see a revision. */
    public sealed interface Seen {
        record View(StoreView view) implements Seen {}

        /** It is too long ago. */
        record Gone(ErrorDetail error) implements Seen {}

        /** This state has not come so far. */
        record Ahead(long revision) implements Seen {}
    }

    public static Seen at(StoreView view, long revision) {
        return at(view, revision, REVISIONS_MAX, BYTES_MAX);
    }

    static Seen at(StoreView view, long revision, int revisionsMax, long bytesMax) {
        StateRow state = StateRows.read(view);
        long newest = state.getRevision();
        if (revision > newest) {
            return new Seen.Ahead(revision);
        }
        if (revision == newest) {
            return new Seen.View(view);
        }
        if (revision + 1 < StateRows.oldestKept(state) || newest - revision > revisionsMax) {
            return new Seen.Gone(gone(state, revision));
        }
        Overlay past = new Overlay(view);
        long bytes = 0;
        try (Cursor cursor = view.scanDescending(Tables.JOURNAL, RowKeys.journal(revision + 1), null)) {
            while (cursor.next()) {
                byte[] row = cursor.value();
                bytes += row.length;
                if (bytes > bytesMax) {
                    return new Seen.Gone(gone(state, revision));
                }
                undo(past, Bytes.parse(AuditEntry.parser(), row));
            }
        }
        StateRows.putRevision(past, state, revision);
        return new Seen.View(past);
    }

    private static ErrorDetail gone(StateRow state, long revision) {
        return RegistryException.detail(
                        ErrorCode.COMPACTED,
                        "the state at revision " + revision + " can no longer be shown: too much has changed since",
                        "start the list again without a cursor, with larger pages, or take it in one call with a"
                                + " watch until synced")
                .setCurrentRevision(state.getRevision())
                .setLowWatermarkRevision(StateRows.oldestKept(state))
                .build();
    }

    private static void undo(Overlay past, AuditEntry entry) {
        past.delete(Tables.JOURNAL, RowKeys.journal(entry.getRevision()));
        for (byte[] key : RowKeys.auditIndex(entry)) {
            past.delete(Tables.INDEX, key);
        }
        List<RecordChange> changes = new ArrayList<>(entry.getChangesList());
        for (RecordChange change : changes.reversed()) {
            undo(past, RecordKinds.ofName(change.getKind()), change, entry.getRevision());
        }
    }

    private static <T extends Message> void undo(Overlay past, RecordKind<T> kind, RecordChange change, long revision) {
        if (change.hasAfter()) {
            T after = record(change.getAfter());
            kind.indexKeys(after).forEach(key -> past.delete(Tables.INDEX, key));
            past.delete(Tables.RECORDS, kind.refOf(after).key());
            undoHistory(past, after, revision);
        }
        if (change.hasBefore()) {
            T before = record(change.getBefore());
            kind.indexKeys(before).forEach(key -> past.put(Tables.INDEX, key, Bytes.NONE));
            past.put(Tables.RECORDS, kind.refOf(before).key(), Bytes.of(before));
            undoHistory(past, before, revision);
        }
    }

    private static void undoHistory(Overlay past, Message record, long revision) {
        if (record instanceof Shard shard) {
            byte[] prefix = ShardKind.historyPrefix(shard.getNamespace(), shard.getShardId());
            past.delete(Tables.HISTORY, RowKeys.withRevision(prefix, revision));
        }
    }

    @SuppressWarnings("unchecked") // The kind says which message it is.
    private static <T extends Message> T record(RegistryRecord record) {
        return (T) RecordKinds.unwrap(record);
    }
}
