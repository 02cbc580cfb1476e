package io.meshkit.domain.placement;

import io.meshkit.domain.records.XxHash64;
import java.nio.charset.StandardCharsets;

/** XXH64, seed 0, of UTF-8: what every strategy hashes with, as the original .NET system does. */
final class ShardHash {
    /** 2^64 − 1 as a double, which is 2^64. */
    private static final double HASH_MAX = 0x1p64;

    private ShardHash() {}

    static long of(String text) {
        return XxHash64.hash(text.getBytes(StandardCharsets.UTF_8));
    }

    /** How well the node suits the shard, evenly spread over [0, 1]. */
    static double score(String namespace, String shardId, String nodeId) {
        return unsigned(of(namespace + "/" + shardId + "::" + nodeId)) / HASH_MAX;
    }

    /** The nearest double to the hash as an unsigned number. */
    private static double unsigned(long hash) {
        if (hash >= 0) {
            return hash;
        }
        // Halve, keeping the lost bit as a sticky one, so that the rounding is that of the whole number.
        return (double) (hash >>> 1 | hash & 1) * 2;
    }
}
