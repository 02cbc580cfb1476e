package io.meshkit.domain.kernel;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes that are not yet made, over a view: each command of a log entry sees the ones before it.
 *
 * <p>Overlays stack: a command's own lies over its entry's, and is merged into it or dropped as a whole.
 * Thread: one.
 */
public final class Overlay implements StoreView {
    /** Stands for "deleted"; compared by identity, so that a row may be empty. */
    private static final byte[] DELETED = new byte[0];

    private final StoreView base;
    /** By the table's place; null where nothing is written. */
    private final @Nullable TreeMap<byte[], byte[]>[] writes = newTables();

    public Overlay(StoreView base) {
        this.base = base;
    }

    public void put(Table table, byte[] key, byte[] value) {
        rows(table).put(key, value);
    }

    public void delete(Table table, byte[] key) {
        rows(table).put(key, DELETED);
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        TreeMap<byte[], byte[]> rows = writes[Tables.place(table)];
        byte[] value = rows == null ? null : rows.get(key);
        if (value == null) {
            return base.get(table, key);
        }
        return isDeleted(value) ? null : value;
    }

    @Override
    public Cursor scan(Table table, byte[] from, byte @Nullable [] to) {
        return merge(table, from, to, false);
    }

    @Override
    public Cursor scanDescending(Table table, byte[] from, byte @Nullable [] to) {
        return merge(table, from, to, true);
    }

    /** Takes over what a child, made over this overlay, has written. */
    void merge(Overlay child) {
        for (int place = 0; place < writes.length; place++) {
            TreeMap<byte[], byte[]> rows = child.writes[place];
            if (rows != null) {
                rows(place).putAll(rows);
            }
        }
    }

    /** The writes as one batch: one write per key, in order of table and key. */
    public WriteBatch toBatch() {
        WriteBatch batch = new WriteBatch();
        for (int place = 0; place < writes.length; place++) {
            TreeMap<byte[], byte[]> rows = writes[place];
            if (rows == null) {
                continue;
            }
            Table table = Tables.ALL.get(place);
            rows.forEach((key, value) -> {
                if (isDeleted(value)) {
                    batch.delete(table, key);
                } else {
                    batch.put(table, key, value);
                }
            });
        }
        return batch;
    }

    private Cursor merge(Table table, byte[] from, byte @Nullable [] to, boolean descending) {
        Cursor below = descending ? base.scanDescending(table, from, to) : base.scan(table, from, to);
        TreeMap<byte[], byte[]> rows = writes[Tables.place(table)];
        if (rows == null || (to != null && Arrays.compareUnsigned(from, to) >= 0)) {
            return below;
        }
        NavigableMap<byte[], byte[]> range = to == null ? rows.tailMap(from, true) : rows.subMap(from, true, to, false);
        return range.isEmpty() ? below : new MergeCursor(below, descending ? range.descendingMap() : range, descending);
    }

    private TreeMap<byte[], byte[]> rows(Table table) {
        return rows(Tables.place(table));
    }

    private TreeMap<byte[], byte[]> rows(int place) {
        TreeMap<byte[], byte[]> rows = writes[place];
        if (rows == null) {
            rows = new TreeMap<>(Arrays::compareUnsigned);
            writes[place] = rows;
        }
        return rows;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generic types.
    private static @Nullable TreeMap<byte[], byte[]>[] newTables() {
        return new TreeMap[Tables.COUNT];
    }

    @SuppressWarnings("ArrayEquals")
    static boolean isDeleted(byte[] value) {
        return value == DELETED;
    }
}
