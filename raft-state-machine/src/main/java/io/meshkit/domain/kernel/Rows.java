package io.meshkit.domain.kernel;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Index rows: how many there are, without reading more of them than an answer needs, and whom they name. */
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

    /** The names that end the index rows which begin so, in order. */
    public static List<String> names(StoreView view, byte[] prefix) {
        List<String> names = new ArrayList<>();
        try (Cursor cursor = view.scan(Tables.INDEX, prefix, Keys.prefixEnd(prefix))) {
            while (cursor.next()) {
                byte[] key = cursor.key();
                names.add(new KeyReader(Arrays.copyOfRange(key, prefix.length, key.length)).text());
            }
        }
        return names;
    }

    /** The count in words: past the bound it says so. */
    public static String shown(int rows) {
        return rows < COUNT_MAX ? Integer.toString(rows) : COUNT_MAX + " or more";
    }
}
