package io.meshkit.storage;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps the rows of some tables that were last read or written, so that reading what was just written does
 * not look through the store's buffers and files.
 *
 * <p>Only {@link #get} on the store itself is answered from here: the one that applies the log reads there. Snapshots
 * and scans see the store beneath.
 *
 * <p>Thread: as {@link OrderedStore}; gets on the store itself wait for one another and for a write.
 */
public final class RecentRows extends ForwardingStore {
    /** What an entry of the map takes beside its row: objects and their references, roughly. */
    private static final int ENTRY_BYTES = 120;

    private final List<Table> tables;
    private final long bytesMax;

    // Guarded by this, so that no get keeps a row that a write has replaced meanwhile.
    /** From the least to the most recently used. */
    private final LinkedHashMap<Row, byte[]> rows = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    private record Row(Table table, byte[] key) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Row row && table.equals(row.table) && Arrays.equals(key, row.key);
        }

        @Override
        public int hashCode() {
            return 31 * table.hashCode() + Arrays.hashCode(key);
        }
    }

    /**
     * @param store    closed with this
     * @param tables   whose rows are kept
     * @param bytesMax of keys, rows and an estimate of what keeping each takes; ≥ 0, 0: none are kept
     */
    public RecentRows(OrderedStore store, List<Table> tables, long bytesMax) {
        super(store);
        if (bytesMax < 0) {
            throw new IllegalArgumentException("bytesMax must be at least 0: " + bytesMax);
        }
        this.tables = tables;
        this.bytesMax = bytesMax;
    }

    /** Of what is kept now: what {@code bytesMax} bounds. */
    synchronized long bytes() {
        return bytes;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        return tables.contains(table) ? getKept(new Row(table, key)) : super.get(table, key);
    }

    private synchronized byte @Nullable [] getKept(Row row) {
        byte[] kept = rows.get(row);
        if (kept != null) {
            return kept.clone();
        }
        byte[] stored = super.get(row.table, row.key);
        if (stored != null) {
            keep(row, stored);
        }
        return stored;
    }

    @Override
    public synchronized void write(WriteBatch batch) {
        try {
            super.write(batch);
        } catch (RuntimeException e) {
            // Whatever the store holds now, it is asked again.
            forgetAll();
            throw e;
        }
        for (WriteBatch.Write write : batch.writes()) {
            if (tables.contains(write.table())) {
                follow(write);
            }
        }
    }

    private void follow(WriteBatch.Write write) {
        switch (write) {
            case WriteBatch.Put put -> keep(new Row(put.table(), put.key()), put.value());
            case WriteBatch.Delete delete -> forget(new Row(delete.table(), delete.key()));
            // None of the tables that are worth keeping has any.
            case WriteBatch.DeleteRange range -> forgetAll();
        }
    }

    private void keep(Row row, byte[] value) {
        forget(row);
        if (size(row, value) > bytesMax) {
            return;
        }
        rows.put(new Row(row.table, row.key.clone()), value.clone());
        bytes += size(row, value);
        while (bytes > bytesMax) {
            Map.Entry<Row, byte[]> oldest = rows.firstEntry();
            forget(oldest.getKey());
        }
    }

    private void forget(Row row) {
        byte[] value = rows.remove(row);
        if (value != null) {
            bytes -= size(row, value);
        }
    }

    private synchronized void forgetAll() {
        rows.clear();
        bytes = 0;
    }

    private static long size(Row row, byte[] value) {
        return ENTRY_BYTES + row.key.length + (long) value.length;
    }

    @Override
    public void close() {
        super.close();
        // From now on the store refuses every get, and nothing is kept.
        forgetAll();
    }
}
