package io.omnirelay.cli.mesh;

import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import java.util.Map;

/** What a record of a file would be in the registry, where the registry fills in what the file leaves out. */
final class Normal {
    private Normal() {}

    /**
     * @param held the registry's record of the same name
     */
    static Message form(Message record, Message held) {
        return switch (record) {
            case Cluster cluster
            when cluster.getState() == ClusterState.CLUSTER_STATE_UNSPECIFIED ->
                cluster.toBuilder().setState(ClusterState.CLUSTER_STATE_PASSIVE).build();
            case Shard shard -> shard(shard, (Shard) held);
            case ConfigDocument config ->
                config.toBuilder()
                        .setDocument(merged(((ConfigDocument) held).getDocument(), config.getDocument()))
                        .build();
            default -> record;
        };
    }

    private static Shard shard(Shard shard, Shard held) {
        Shard.Builder builder = shard.toBuilder();
        if (shard.getStatus() == ShardStatus.SHARD_STATUS_UNSPECIFIED) {
            builder.setStatus(held.getStatus());
        }
        if (shard.getStrategyId().isEmpty()) {
            builder.setStrategyId("rendezvous");
        }
        return builder.build();
    }

    /** RFC 7396. */
    private static Struct merged(Struct target, Struct patch) {
        Struct.Builder result = target.toBuilder();
        for (Map.Entry<String, Value> entry : patch.getFieldsMap().entrySet()) {
            Value change = entry.getValue();
            if (change.getKindCase() == Value.KindCase.NULL_VALUE && change.getNullValue() == NullValue.NULL_VALUE) {
                result.removeFields(entry.getKey());
            } else if (change.hasStructValue()) {
                Struct below = target.getFieldsOrDefault(entry.getKey(), Value.getDefaultInstance())
                        .getStructValue();
                result.putFields(
                        entry.getKey(),
                        Value.newBuilder()
                                .setStructValue(merged(below, change.getStructValue()))
                                .build());
            } else {
                result.putFields(entry.getKey(), change);
            }
        }
        return result.build();
    }
}
