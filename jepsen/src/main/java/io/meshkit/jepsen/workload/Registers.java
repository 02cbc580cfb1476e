package io.meshkit.jepsen.workload;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.client.Outcome;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.MutationResult;

/**
 * The operations of a register, done on config documents.
 *
 * <p>The registry compares revisions, not values: a cas reads, and if it finds its old value, writes on the condition
 * that the revision is still the one it read. A cas that finds another value, or whose condition fails, had no
 * effect.
 */
final class Registers {
    private Registers() {}

    static Completion execute(Op op, NodeClient client) {
        return switch (op.f()) {
            case "read" -> read(op, client);
            case "write" -> write(op, client);
            case "cas" -> cas(op, client);
            case "delete" -> delete(op, client);
            default -> throw new IllegalArgumentException("not of a register: " + op);
        };
    }

    private static String key(Op op) {
        String key = op.key();
        if (key == null) {
            throw new IllegalArgumentException("without a key: " + op);
        }
        return key;
    }

    /** Under the request id that the operation has. */
    static MutationOptions.Builder options(Op op) {
        return MutationOptions.newBuilder()
                .setRequestId(op.details().get("idem").getAsString());
    }

    private static Completion read(Op op, NodeClient client) {
        GetConfigResponse found = Documents.get(client, key(op));
        return found == null
                ? new Completion(EventType.OK, JsonNull.INSTANCE)
                : new Completion(EventType.OK, Documents.value(found.getConfig()))
                        .with("rev", found.getReadInfo().getRevision());
    }

    private static Completion write(Op op, NodeClient client) {
        return done(
                op,
                client.call(
                                ConfigServiceGrpc.getPatchConfigMethod(),
                                Documents.patch(key(op), op.value(), options(op).build()))
                        .getResult());
    }

    private static Completion cas(Op op, NodeClient client) {
        JsonArray pair = op.value().getAsJsonArray();
        GetConfigResponse found;
        try {
            found = Documents.get(client, key(op));
        } catch (RegistryException e) {
            return failed(op, Outcome.name(e)); // It has only read so far.
        }
        JsonElement current = found == null ? JsonNull.INSTANCE : Documents.value(found.getConfig());
        if (found == null || !current.equals(pair.get(0))) {
            return failed(op, "another value");
        }
        return done(
                op,
                client.call(
                                ConfigServiceGrpc.getPatchConfigMethod(),
                                Documents.patch(
                                        key(op),
                                        pair.get(1),
                                        options(op).setIfMatch(found.getEtag()).build()))
                        .getResult());
    }

    private static Completion delete(Op op, NodeClient client) {
        return done(
                op,
                client.call(
                                ConfigServiceGrpc.getDeleteConfigMethod(),
                                DeleteConfigRequest.newBuilder()
                                        .setOptions(options(op))
                                        .setName(Documents.PREFIX + key(op))
                                        .build())
                        .getResult());
    }

    private static Completion done(Op op, MutationResult result) {
        return Completion.of(op.value(), result);
    }

    private static Completion failed(Op op, String why) {
        JsonObject details = new JsonObject();
        details.addProperty("error", why);
        return new Completion(EventType.FAIL, op.value(), details);
    }
}
