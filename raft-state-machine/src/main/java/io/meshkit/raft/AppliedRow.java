package io.meshkit.raft;

import io.meshkit.domain.LogPosition;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The row that says up to which log entry a store has been applied. It goes into the same batch as the entry's
 * own writes, so a store always knows exactly where its state stands.
 */
final class AppliedRow {
    static final Table TABLE = new Table("raft");

    /** Before the first entry. */
    static final LogPosition NONE = new LogPosition(0, -1);

    private static final byte[] KEY = "applied".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES = 2 * Long.BYTES;

    private AppliedRow() {}

    /** The tables of a store: the state's and this one. */
    static List<Table> withTable(List<Table> tables) {
        if (tables.contains(TABLE)) {
            throw new IllegalArgumentException("the state must not use the replica's table " + TABLE.name());
        }
        List<Table> all = new ArrayList<>(tables);
        all.add(TABLE);
        return List.copyOf(all);
    }

    static void put(WriteBatch batch, LogPosition position) {
        byte[] value = ByteBuffer.allocate(BYTES)
                .putLong(position.term())
                .putLong(position.index())
                .array();
        batch.put(TABLE, KEY, value);
    }

    /** The position, or {@link #NONE} in an empty store. */
    static LogPosition read(StoreView view) {
        byte[] value = view.get(TABLE, KEY);
        if (value == null) {
            return NONE;
        }
        if (value.length != BYTES) {
            throw new StorageException("the applied row has " + value.length + " bytes instead of " + BYTES);
        }
        ByteBuffer buffer = ByteBuffer.wrap(value);
        return new LogPosition(buffer.getLong(), buffer.getLong());
    }
}
