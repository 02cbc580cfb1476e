package io.meshkit.jepsen.sim;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.domain.Commands;
import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.Command;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.UpsertShardRequest;
import java.util.ArrayList;
import java.util.List;

/** The requests that simulated clients make: a config document is a register, a shard has owners. */
final class SimRequests {
    static final String PRINCIPAL = "client";
    static final String NAMESPACE = "ns";
    static final List<String> PEERS = List.of("p1", "p2", "p3");
    private static final String FIELD = "v";

    private SimRequests() {}

    static Command write(String key, String value, String requestId, String ifMatch) {
        return command(
                PatchConfigRequest.newBuilder()
                        .setName(key)
                        .setPatch(Struct.newBuilder()
                                .putFields(
                                        FIELD,
                                        Value.newBuilder().setStringValue(value).build()))
                        .setOptions(MutationOptions.newBuilder().setIfMatch(ifMatch))
                        .build(),
                requestId);
    }

    static Command delete(String key, String requestId) {
        return command(DeleteConfigRequest.newBuilder().setName(key).build(), requestId);
    }

    static Command assign(String shard, String owner, String requestId) {
        return command(
                AssignShardRequest.newBuilder()
                        .setNamespace(NAMESPACE)
                        .setShardId(shard)
                        .setOwnerNodeId(owner)
                        .build(),
                requestId);
    }

    /** What must be there before shards can have owners. */
    static List<Command> setup(int shards) {
        List<Command> commands = new ArrayList<>();
        for (String peer : PEERS) {
            commands.add(command(
                    RegisterPeerRequest.newBuilder()
                            .setPeer(Peer.newBuilder().setId(peer))
                            .build(),
                    "setup-" + peer));
        }
        for (int i = 0; i < shards; i++) {
            commands.add(command(
                    UpsertShardRequest.newBuilder()
                            .setShard(Shard.newBuilder()
                                    .setNamespace(NAMESPACE)
                                    .setShardId("s" + i)
                                    .setStrategyId("rendezvous"))
                            .build(),
                    "setup-s" + i));
        }
        return commands;
    }

    /** What the register holds. */
    static String value(Struct document) {
        return document.getFieldsOrDefault(FIELD, Value.getDefaultInstance()).getStringValue();
    }

    private static Command command(Message request, String requestId) {
        return Commands.withRequestId(Commands.wrap(request, PRINCIPAL), requestId);
    }
}
