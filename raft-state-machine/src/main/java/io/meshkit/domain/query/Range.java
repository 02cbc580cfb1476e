package io.meshkit.domain.query;

import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import org.jspecify.annotations.Nullable;

/**
 * The rows {@code [from, to)} of a table, in one of two directions.
 *
 * @param to exclusive; null = to the last
 */
record Range(Table table, byte[] from, byte @Nullable [] to, boolean descending) {
    static Range prefix(Table table, byte[] prefix) {
        return new Range(table, prefix, Keys.prefixEnd(prefix), false);
    }

    /** All records of a kind. */
    static Range kind(int tag) {
        return prefix(Tables.RECORDS, new byte[] {(byte) tag});
    }

    boolean contains(byte[] key) {
        return Keys.compare(from, key) <= 0 && (to == null || Keys.compare(key, to) < 0);
    }

    /** What remains after the row. */
    Range after(byte[] key) {
        return descending ? new Range(table, from, key, true) : new Range(table, Keys.after(key), to, false);
    }

    Cursor scan(StoreView view) {
        return descending ? view.scanDescending(table, from, to) : view.scan(table, from, to);
    }
}
