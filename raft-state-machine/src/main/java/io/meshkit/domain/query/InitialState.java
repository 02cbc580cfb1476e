package io.meshkit.domain.query;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.RegistryRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records that a watch begins with, in pieces: ordered by kind, then by key.
 *
 * <p>Each piece is read on its own, at one revision ({@link Past}): a watcher that takes its time holds nothing.
 */
public final class InitialState {
    /** Encoded records per piece: about as much. */
    public static final int PIECE_BYTES = 256 << 10;
    /** Rows looked at per piece. */
    public static final int PIECE_ROWS = 5_000;

    private InitialState() {}

    /**
     * @param lastKey where the next piece begins after
     * @param more    whether there is a next piece
     */
    public record Piece(List<RegistryRecord> records, byte[] lastKey, boolean more) {}

    /** @param after empty: from the first record */
    public static Piece read(StoreView view, WatchFilter filter, byte[] after) {
        List<RegistryRecord> records = new ArrayList<>();
        byte[] last = after;
        int rows = 0;
        long bytes = 0;
        for (RecordKind<?> kind : RecordKinds.ALL) {
            byte[] begin = {(byte) kind.tag()};
            byte[] end = {(byte) (kind.tag() + 1)};
            if (!filter.kinds().contains(kind.name()) || Keys.compare(after, end) >= 0) {
                continue;
            }
            byte[] from = Keys.compare(after, begin) < 0 ? begin : Keys.after(after);
            try (Cursor cursor = view.scan(Tables.RECORDS, from, end)) {
                while (cursor.next()) {
                    if (rows == PIECE_ROWS || bytes >= PIECE_BYTES) {
                        return new Piece(records, last, true);
                    }
                    rows++;
                    last = cursor.key();
                    RegistryRecord record = add(kind, filter, cursor.value(), records);
                    bytes += record == null ? 0 : record.getSerializedSize();
                }
            }
        }
        return new Piece(records, last, false);
    }

    private static <T extends Message> @Nullable RegistryRecord add(
            RecordKind<T> kind, WatchFilter filter, byte[] row, List<RegistryRecord> into) {
        T record = Bytes.parse(kind.parser(), row);
        RegistryRecord wrapped = kind.wrap(record);
        if (!filter.matches(kind.name(), kind.refOf(record).name(), wrapped)) {
            return null;
        }
        into.add(wrapped);
        return wrapped;
    }
}
