package io.meshkit.domain.kernel;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;

/** Counting rows without reading more of them than an answer needs. */
public final class Rows {
    /** Up to how many rows a rejection counts. */
    public static final int COUNT_MAX = 1000;

    private Rows() {}

    /** How many index rows begin so, counted up to {@link #COUNT_MAX}. */
    public static int count(StoreView view, byte[] prefix) {
        int rows = 0;
        try (Cursor cursor = view.scan(Tables.INDEX, prefix, Keys.prefixEnd(prefix))) {
            while (rows < COUNT_MAX && cursor.next()) {
                rows++;
            }
        }
        return rows;
    }

    /** The count in words: past the bound it says so. */
    public static String shown(int rows) {
        return rows < COUNT_MAX ? Integer.toString(rows) : COUNT_MAX + " or more";
    }
}
