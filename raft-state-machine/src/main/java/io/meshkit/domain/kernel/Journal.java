package io.meshkit.domain.kernel;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AuditEntry;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The history of all changes: one row per revision, each hashed over the one before.
 *
 * <p>A row is the entry's deterministic bytes followed by its field {@code hash}, the last of the message:
 * so it parses as the whole entry, and what was hashed is a prefix of what is stored. The same row is the
 * audit trail and the change feed (ADR-0003).
 */
public final class Journal {
    private static final int HASH_TAG = AuditEntry.HASH_FIELD_NUMBER << 3 | 2;
    private static final int HASH_FIELD_BYTES = 2 + StateRows.HASH_BYTES;

    private Journal() {}

    /**
     * Writes the entry under its revision, its hash added, and its indexes; moves the chain on.
     *
     * @param head    the fields before the changes
     * @param changes in order
     * @param tail    the fields after the changes, but for the hash
     */
    static AuditEntry append(
            Overlay overlay, Ledger ledger, AuditEntry head, List<EncodedChange> changes, AuditEntry tail) {
        byte[] row = row(Bytes.of(head), changes, Bytes.of(tail));
        int contentBytes = row.length - HASH_FIELD_BYTES;
        byte[] hash = hash(ledger.chainHashBytes(), row, contentBytes);
        row[contentBytes] = (byte) HASH_TAG;
        row[contentBytes + 1] = (byte) hash.length;
        System.arraycopy(hash, 0, row, contentBytes + 2, hash.length);
        ledger.chainHash(hash);
        AuditEntry entry = head.toBuilder()
                .addAllChanges(EncodedChange.messages(changes))
                .mergeFrom(tail)
                .setHash(UnsafeByteOperations.unsafeWrap(hash))
                .build();

        long revision = entry.getRevision();
        overlay.put(Tables.JOURNAL, RowKeys.journal(revision), row);
        RowKeys.auditIndex(entry).forEach(key -> overlay.put(Tables.INDEX, key, Bytes.NONE));
        ledger.journalBytes += row.length;
        return entry;
    }

    /** The entry's deterministic bytes, and room for its hash. */
    private static byte[] row(byte[] head, List<EncodedChange> changes, byte[] tail) {
        int bytes = head.length + tail.length + HASH_FIELD_BYTES;
        for (EncodedChange change : changes) {
            bytes += EncodedParts.size(AuditEntry.CHANGES_FIELD_NUMBER, change.size());
        }
        byte[] row = new byte[bytes];
        CodedOutputStream out = CodedOutputStream.newInstance(row, 0, bytes - HASH_FIELD_BYTES);
        try {
            out.writeRawBytes(head);
            for (EncodedChange change : changes) {
                EncodedParts.begin(out, AuditEntry.CHANGES_FIELD_NUMBER, change.size());
                change.writeTo(out);
            }
            out.writeRawBytes(tail);
        } catch (IOException e) {
            throw new IllegalStateException("writing to an array of the right size", e);
        }
        out.checkNoSpaceLeft();
        return row;
    }

    /** The entry of the revision, or null if there is none or it is no longer kept. */
    public static @Nullable AuditEntry get(StoreView view, long revision) {
        byte[] row = view.get(Tables.JOURNAL, RowKeys.journal(revision));
        return row == null ? null : Bytes.parse(AuditEntry.parser(), row);
    }

    /** What reads a part of the journal. */
    public interface Reader {
        /** @return whether to go on */
        boolean read(AuditEntry entry);
    }

    /** Reads the entries of the revisions {@code [from, to)} that are kept, in order. */
    public static void scan(StoreView view, long from, long to, Reader reader) {
        try (Cursor cursor = view.scan(Tables.JOURNAL, RowKeys.journal(from), RowKeys.journal(to))) {
            while (cursor.next()) {
                if (!reader.read(Bytes.parse(AuditEntry.parser(), cursor.value()))) {
                    return;
                }
            }
        }
    }

    /** Whether the entry's hash is that of its content after the entry before it. */
    public static boolean follows(byte[] previousHash, AuditEntry entry) {
        byte[] content = Bytes.of(entry.toBuilder().clearHash().build());
        return ByteString.copyFrom(hash(previousHash, content, content.length)).equals(entry.getHash());
    }

    private static byte[] hash(byte[] previous, byte[] content, int contentBytes) {
        MessageDigest digest = Bytes.sha256();
        digest.update(previous);
        digest.update(content, 0, contentBytes);
        return digest.digest();
    }
}
