package io.meshkit.domain.records;

import io.meshkit.v1.Shard;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The checksum of a shard, as the original .NET system computes it, so that its clients can compare.
 *
 * <p>XXH64, seed 0, over the UTF-8 of
 * {@code namespace|shardId|strategyId|ownerNodeId|leaderId|capacityHint|status|changeTicket}; upper-case hex,
 * most significant digit first.
 */
public final class ShardChecksum {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ShardChecksum() {}

    /** @param shard with its header stamped: the change ticket is part of it */
    public static String of(Shard shard) {
        return HEX.toHexDigits(XxHash64.hash(text(shard).getBytes(StandardCharsets.UTF_8)));
    }

    static String text(Shard shard) {
        return String.join(
                "|",
                shard.getNamespace(),
                shard.getShardId(),
                shard.getStrategyId(),
                shard.getOwnerNodeId(),
                shard.getLeaderId(),
                InvariantDouble.format(shard.getCapacityHint()),
                Integer.toString(shard.getStatusValue()),
                shard.getMeta().getChangeTicket());
    }
}
