package io.meshkit.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Byte strings and rows in a form that tests can read. */
public final class Bytes {
    private Bytes() {}

    public static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** The rest of the cursor as "key=value", closing it. */
    public static List<String> rows(Cursor cursor) {
        try (cursor) {
            List<String> rows = new ArrayList<>();
            while (cursor.next()) {
                rows.add(text(cursor.key()) + "=" + text(cursor.value()));
            }
            return rows;
        }
    }

    /** The rest of the cursor's keys in hex, closing it. */
    public static List<String> hexKeys(Cursor cursor) {
        try (cursor) {
            List<String> keys = new ArrayList<>();
            while (cursor.next()) {
                keys.add(HexFormat.of().formatHex(cursor.key()));
            }
            return keys;
        }
    }

    public static List<String> rows(StoreView view, Table table) {
        return rows(view.scan(table, Keys.EMPTY, null));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
