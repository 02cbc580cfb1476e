package io.meshkit.jepsen.sim;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Command;
import io.meshkit.v1.Credential;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.RevokeAccessRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.UpsertShardRequest;
import java.util.ArrayList;
import java.util.List;

/** The requests that simulated clients make: a config document is a register, a shard has owners. */
final class SimRequests {
    /** May do everything. */
    static final String PRINCIPAL = "client";

    static final String NAMESPACE = "ns";
    static final List<String> PEERS = List.of("p1", "p2", "p3");
    private static final String FIELD = "v";

    private SimRequests() {}

    static Command write(String key, String value, String requestId, String ifMatch) {
        return write(PRINCIPAL, key, value, requestId, ifMatch);
    }

    static Command write(String principal, String key, String value, String requestId, String ifMatch) {
        return command(
                principal,
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

    static Command grant(String principal, String role, String requestId) {
        return command(
                GrantAccessRequest.newBuilder()
                        .setBinding(Binding.newBuilder()
                                .setId("of-" + principal)
                                .setPrincipal(principal)
                                .setRole(role))
                        .build(),
                requestId);
    }

    static Command revoke(String principal, String requestId) {
        return command(RevokeAccessRequest.newBuilder().setId("of-" + principal).build(), requestId);
    }

    /** A peer with a lease. */
    static Command lease(String peer, long ttlMs, String requestId) {
        return command(
                RegisterPeerRequest.newBuilder()
                        .setPeer(Peer.newBuilder().setId(peer))
                        .setLeaseTtl(Durations.fromMillis(ttlMs))
                        .build(),
                requestId);
    }

    /** What must be there before shards can have owners, and before anybody's rights are looked at. */
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
        commands.add(grant(PRINCIPAL, "mesh.admin", "setup-access"));
        return commands;
    }

    /** What the register holds. */
    static String value(Struct document) {
        return document.getFieldsOrDefault(FIELD, Value.getDefaultInstance()).getStringValue();
    }

    private static Command command(Message request, String requestId) {
        return command(PRINCIPAL, request, requestId);
    }

    private static Command command(String principal, Message request, String requestId) {
        Credential credential = Credential.newBuilder().setMethod("simulated").build();
        return Commands.hashed(
                Commands.withRequestId(Commands.wrap(request, new Caller(principal, credential)), requestId));
    }
}
