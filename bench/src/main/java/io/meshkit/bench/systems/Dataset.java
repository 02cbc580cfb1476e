package io.meshkit.bench.systems;

import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The shards that are written and read: keys of one namespace, values in their annotations.
 *
 * <p>A value is random letters with the operation's number in front, so that every put is a change and no two are
 * alike; the letters come from a small pool, because making them costs the client more than sending them.
 *
 * @param keys       ≥ 1
 * @param valueBytes 1 … {@link #VALUE_BYTES_MAX}
 */
public record Dataset(String namespace, int keys, int valueBytes, List<String> pool) {
    /** Sixteen annotations: well under the limits of a record. */
    public static final int VALUE_BYTES_MAX = 16 * 4096;

    private static final int ANNOTATION_BYTES_MAX = 4096;
    private static final int POOL_SIZE = 64;
    private static final int STAMP_LENGTH = 16;
    private static final String STRATEGY = "rendezvous";

    public static Dataset of(String namespace, int keys, int valueBytes) {
        SplittableRandom random = new SplittableRandom(1);
        List<String> pool = new ArrayList<>();
        for (int i = 0; i < POOL_SIZE; i++) {
            StringBuilder text = new StringBuilder(valueBytes);
            while (text.length() < valueBytes) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            pool.add(text.toString());
        }
        return new Dataset(namespace, keys, valueBytes, List.copyOf(pool));
    }

    /** The same keys and values in another namespace, for nothing: the letters are shared. */
    public Dataset in(String otherNamespace) {
        return new Dataset(otherNamespace, keys, valueBytes, pool);
    }

    public String shardId(int key) {
        return String.format(Locale.ROOT, "s%07d", key);
    }

    /** The key that {@link #shardId} names so, or -1. */
    int keyOf(String shardId) {
        try {
            return shardId.startsWith("s") ? Integer.parseInt(shardId, 1, shardId.length(), 10) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** @param stamp differs between any two values that must differ */
    public Shard shard(int key, long stamp) {
        String value = value(stamp);
        RecordMeta.Builder meta = RecordMeta.newBuilder();
        for (int from = 0; from < value.length(); from += ANNOTATION_BYTES_MAX) {
            int to = Math.min(value.length(), from + ANNOTATION_BYTES_MAX);
            meta.putAnnotations("v" + from / ANNOTATION_BYTES_MAX, value.substring(from, to));
        }
        return Shard.newBuilder()
                .setNamespace(namespace)
                .setShardId(shardId(key))
                .setStrategyId(STRATEGY)
                .setMeta(meta)
                .build();
    }

    /** The value alone, ASCII, as other systems keep it. */
    String value(long stamp) {
        String letters = pool.get((int) Math.floorMod(stamp, (long) POOL_SIZE));
        String head = HexFormat.of().toHexDigits(stamp);
        return valueBytes <= STAMP_LENGTH
                ? head.substring(STAMP_LENGTH - valueBytes)
                : head + letters.substring(STAMP_LENGTH);
    }
}
