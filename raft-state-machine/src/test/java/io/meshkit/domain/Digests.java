package io.meshkit.domain;

import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Digests of tables, to compare whole states. */
final class Digests {
    private Digests() {}

    static String all(StoreView view) {
        return of(view, RegistryStateMachine.TABLES);
    }

    /** What the records are and how they are found. */
    static String records(StoreView view) {
        return of(view, List.of(Tables.RECORDS, Tables.INDEX));
    }

    private static String of(StoreView view, List<Table> tables) {
        MessageDigest digest = Bytes.sha256();
        for (Table table : tables) {
            digest.update(table.name().getBytes(StandardCharsets.UTF_8));
            try (Cursor cursor = view.scan(table, Keys.EMPTY, null)) {
                while (cursor.next()) {
                    update(digest, cursor.key());
                    update(digest, cursor.value());
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
