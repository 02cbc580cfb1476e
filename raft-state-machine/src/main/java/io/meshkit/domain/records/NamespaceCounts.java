package io.meshkit.domain.records;

import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.NamespaceCountRow;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How many shards each namespace has, in rows of the meta table, so that a quota costs a look and not a count.
 *
 * <p>Kept from the first quota on, which counts all shards there are, once. Before it there are no rows, so that a version
 * that knows no quotas makes the same bytes. The row of a namespace whose last shard has gone stays. Stateless.
 */
public final class NamespaceCounts {
    private static final byte[] PREFIX = "shards-in/".getBytes(StandardCharsets.US_ASCII);

    private NamespaceCounts() {}

    /** The namespace's shards. Counted only once there was a quota. */
    public static long shards(StoreView view, String namespace) {
        byte[] row = view.get(Tables.META, key(namespace));
        return row == null ? 0 : Bytes.parse(NamespaceCountRow.parser(), row).getShards();
    }

    /** Hands over every namespace that is counted, in order, until the consumer has enough. */
    public static void forEach(StoreView view, Predicate<String> wantsMore) {
        try (Cursor cursor = view.scan(Tables.META, PREFIX, Keys.prefixEnd(PREFIX))) {
            boolean more = true;
            while (more && cursor.next()) {
                byte[] key = cursor.key();
                more = wantsMore.test(
                        new String(key, PREFIX.length, key.length - PREFIX.length, StandardCharsets.UTF_8));
            }
        }
    }

    /** Counts all shards there are. */
    static void begin(Work work) {
        TreeMap<String, Long> counts = new TreeMap<>();
        byte[] from = new KeyWriter().tag(RowKeys.SHARD).toBytes();
        try (Cursor cursor = work.view().scan(Tables.RECORDS, from, Keys.prefixEnd(from))) {
            while (cursor.next()) {
                KeyReader key = new KeyReader(cursor.key());
                key.tag();
                counts.merge(key.text(), 1L, Long::sum);
            }
        }
        counts.forEach((namespace, shards) -> put(work, namespace, shards));
    }

    /** A shard of the namespace comes (1) or goes (-1). */
    static void changed(Work work, String namespace, int by) {
        if (work.quotaRevision() > 0) {
            put(work, namespace, shards(work.view(), namespace) + by);
        }
    }

    private static void put(Work work, String namespace, long shards) {
        work.putMeta(
                key(namespace), NamespaceCountRow.newBuilder().setShards(shards).build());
    }

    private static byte[] key(String namespace) {
        byte[] name = namespace.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[PREFIX.length + name.length];
        System.arraycopy(PREFIX, 0, key, 0, PREFIX.length);
        System.arraycopy(name, 0, key, PREFIX.length, name.length);
        return key;
    }
}
