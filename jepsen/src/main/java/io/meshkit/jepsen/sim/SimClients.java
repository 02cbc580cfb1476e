package io.meshkit.jepsen.sim;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Queries;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.StateMeta;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.BindingMutationResponse;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.ConfigMutationResponse;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.ShardMutationResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Clients: one request at a time each; what they ask, and what becomes of it, goes into the history. Thread: one. */
final class SimClients {
    private static final long DEADLINE_MS = 5_000;
    private static final long LEASE_TTL_MS = 1_000;

    /** What a register held when it was last read, and its etag. */
    private record Seen(String value, String etag) {}

    /**
     * A mutation.
     *
     * @param value   as the history has it
     * @param details further members of its invocation
     */
    private record Mutation(
            String f, String key, JsonElement value, Command command, String requestId, JsonObject details) {
        Mutation(String f, String key, JsonElement value, Command command, String requestId) {
            this(f, key, value, command, requestId, new JsonObject());
        }
    }

    private record Granted(String key, long id) {}

    private final class Client {
        private String process = nextProcess();
        /** Counts requests: an answer to an earlier one comes too late. */
        private int turn;

        private boolean busy;
        private String f = "";
        private String key = "";
        private JsonElement value = JsonNull.INSTANCE;
        private @Nullable Mutation running;
        private final List<Mutation> unknown = new ArrayList<>();
        private final TreeMap<String, Seen> seen = new TreeMap<>();

        private int begin(String function, String of, JsonElement asked, @Nullable Mutation mutation) {
            JsonObject details = new JsonObject();
            if (mutation != null) {
                details = mutation.details.deepCopy();
                details.addProperty("idem", mutation.requestId);
            }
            return begin(function, of, asked, mutation, details);
        }

        private int begin(
                String function, String of, JsonElement asked, @Nullable Mutation mutation, JsonObject details) {
            busy = true;
            f = function;
            key = of;
            value = asked;
            running = mutation;
            history.add(process, EventType.INVOKE, f, key, value, details);
            return ++turn;
        }

        private void end(EventType type, JsonElement answer, JsonObject details) {
            busy = false;
            history.add(process, type, f, key, answer, details);
            if (type == EventType.INFO) {
                process = nextProcess();
                if (running != null) {
                    unknown.add(running);
                }
            }
            running = null;
        }
    }

    private final SimHistory history;
    private final Invariants invariants;
    private final List<Client> clients = new ArrayList<>();
    private final List<Granted> leases = new ArrayList<>();
    private int processes;
    private int values;

    SimClients(int count, SimHistory history, Invariants invariants) {
        this.history = history;
        this.invariants = invariants;
        for (int i = 0; i < count; i++) {
            clients.add(new Client());
        }
    }

    int count() {
        return clients.size();
    }

    private String nextProcess() {
        return Integer.toString(processes++);
    }

    void ask(int number, SimNode node, Step.Kind kind, int keyNumber) {
        Client client = clients.get(number);
        if (client.busy || !node.isUp()) {
            return;
        }
        String key = "k" + keyNumber;
        switch (kind) {
            case READ -> read(client, node, key);
            case WRITE -> {
                String value = nextValue();
                mutate(
                        client,
                        node,
                        new Mutation(
                                "write",
                                key,
                                new JsonPrimitive(value),
                                SimRequests.write(key, value, requestId(value), ""),
                                requestId(value)));
            }
            case CAS -> {
                Seen seen = client.seen.get(key);
                if (seen != null) {
                    String value = nextValue();
                    JsonArray pair = new JsonArray();
                    pair.add(seen.value);
                    pair.add(value);
                    mutate(
                            client,
                            node,
                            new Mutation(
                                    "cas",
                                    key,
                                    pair,
                                    SimRequests.write(key, value, requestId(value), seen.etag),
                                    requestId(value)));
                }
            }
            case DELETE -> {
                String id = requestId(nextValue());
                mutate(client, node, new Mutation("delete", key, JsonNull.INSTANCE, SimRequests.delete(key, id), id));
            }
            case ASSIGN_SHARD -> {
                String id = requestId(nextValue());
                String owner = SimRequests.PEERS.get(values % SimRequests.PEERS.size());
                mutate(
                        client,
                        node,
                        new Mutation(
                                "shard-assign",
                                "s" + keyNumber,
                                new JsonPrimitive(owner),
                                SimRequests.assign("s" + keyNumber, owner, id),
                                id));
            }
        }
    }

    void right(int number, SimNode node, Step.Rights kind, int principalNumber) {
        Client client = clients.get(number);
        if (client.busy || !node.isUp()) {
            return;
        }
        String principal = "u" + principalNumber;
        String value = nextValue();
        String id = requestId(value);
        mutate(
                client,
                node,
                switch (kind) {
                    case GRANT ->
                        new Mutation(
                                "rbac-grant",
                                principal,
                                JsonNull.INSTANCE,
                                SimRequests.grant(principal, "mesh.operate", id),
                                id);
                    case REVOKE ->
                        new Mutation(
                                "rbac-revoke", principal, JsonNull.INSTANCE, SimRequests.revoke(principal, id), id);
                    case USE -> {
                        JsonObject details = new JsonObject();
                        details.addProperty("principal", principal);
                        String key = "k" + principalNumber;
                        yield new Mutation(
                                "write",
                                key,
                                new JsonPrimitive(value),
                                SimRequests.write(principal, key, value, id, ""),
                                id,
                                details);
                    }
                });
    }

    /** @param back 0: the lease that was granted last */
    void lease(int number, SimNode node, Step.Leases kind, int back) {
        Client client = clients.get(number);
        if (client.busy || !node.isUp()) {
            return;
        }
        JsonObject ttl = new JsonObject();
        ttl.addProperty("ttlMs", LEASE_TTL_MS);
        if (kind == Step.Leases.GRANT) {
            String peer = "e" + nextValue();
            String id = requestId(peer);
            Command command = SimRequests.lease(peer, LEASE_TTL_MS, id);
            mutate(client, node, new Mutation("lease-grant", peer, JsonNull.INSTANCE, command, id, ttl));
        } else if (back < leases.size()) {
            Granted lease = leases.get(leases.size() - 1 - back);
            if (kind == Step.Leases.KEEP_ALIVE) {
                keepAlive(client, node, lease, ttl);
            } else {
                look(client, node, lease);
            }
        }
    }

    private void keepAlive(Client client, SimNode node, Granted lease, JsonObject ttl) {
        int turn = client.begin("lease-keepalive", lease.key, JsonNull.INSTANCE, null, ttl);
        var unused = node.lessor
                .keepAlive(lease.id)
                .whenComplete((kept, failure) -> invariants.guard(() -> {
                    if (client.turn != turn || !client.busy) {
                        return;
                    }
                    if (failure != null) {
                        failed(client, SimNode.failure(failure));
                    } else if (kept == SimLessor.KeptAlive.YES) {
                        client.end(EventType.OK, client.value, new JsonObject());
                    } else {
                        JsonObject details = new JsonObject();
                        details.addProperty("error", kept == SimLessor.KeptAlive.GONE ? "LEASE_EXPIRED" : "NO_LEADER");
                        client.end(EventType.FAIL, client.value, details);
                    }
                }));
    }

    private void look(Client client, SimNode node, Granted lease) {
        int turn = client.begin("lease-read", lease.key, JsonNull.INSTANCE, null);
        var unused = node.lessor
                .lives(lease.id)
                .whenComplete((lives, failure) -> invariants.guard(() -> {
                    if (client.turn != turn || !client.busy) {
                        return;
                    }
                    if (failure != null) {
                        failed(client, SimNode.failure(failure));
                    } else {
                        client.end(EventType.OK, new JsonPrimitive(lives), new JsonObject());
                    }
                }));
    }

    void giveUp(int number) {
        Client client = clients.get(number);
        if (client.busy) {
            client.turn++;
            client.end(EventType.INFO, client.value, new JsonObject());
        }
    }

    void giveUpAll() {
        for (int i = 0; i < clients.size(); i++) {
            giveUp(i);
        }
    }

    /** The oldest of unknown outcome, once more. */
    void retry(int number, SimNode node) {
        Client client = clients.get(number);
        if (!client.busy && node.isUp() && !client.unknown.isEmpty()) {
            mutate(client, node, client.unknown.removeFirst());
        }
    }

    private String nextValue() {
        return "v" + ++values;
    }

    private static String requestId(String value) {
        return "r-" + value;
    }

    private void mutate(Client client, SimNode node, Mutation mutation) {
        int turn = client.begin(mutation.f, mutation.key, mutation.value, mutation);
        var unused = node.propose(mutation.command, DEADLINE_MS)
                .whenComplete((outcome, failure) -> invariants.guard(() -> {
                    if (client.turn == turn && client.busy) {
                        decided(client, mutation, outcome, failure);
                    }
                }));
    }

    private void decided(
            Client client, Mutation mutation, @Nullable CommandOutcome outcome, @Nullable Throwable failure) {
        if (failure != null || outcome == null) {
            failed(client, SimNode.failure(Objects.requireNonNull(failure)));
        } else if (outcome.hasRejection()) {
            JsonObject details = new JsonObject();
            details.addProperty("error", outcome.getRejection().getCode());
            client.end(EventType.FAIL, mutation.value, details);
        } else {
            answered(client, mutation, outcome);
        }
    }

    private static void failed(Client client, RegistryException failure) {
        JsonObject details = new JsonObject();
        details.addProperty("error", failure.code().name());
        boolean isUnapplied = failure.detail().getApplied() == ErrorDetail.Applied.APPLIED_NO || client.running == null;
        client.end(isUnapplied ? EventType.FAIL : EventType.INFO, client.value, details);
    }

    private void answered(Client client, Mutation mutation, CommandOutcome outcome) {
        try {
            MutationResult result;
            JsonObject details = new JsonObject();
            if (mutation.f.equals("shard-assign")) {
                ShardMutationResponse response = ShardMutationResponse.parseFrom(outcome.getResponse());
                result = response.getResult();
                details.addProperty("epoch", response.getShard().getOwnerEpoch());
            } else if (mutation.f.equals("lease-grant")) {
                PeerMutationResponse response = PeerMutationResponse.parseFrom(outcome.getResponse());
                result = response.getResult();
                leases.add(
                        new Granted(mutation.key, response.getPeer().getLease().getId()));
            } else if (mutation.f.startsWith("rbac-")) {
                result =
                        BindingMutationResponse.parseFrom(outcome.getResponse()).getResult();
            } else {
                result = ConfigMutationResponse.parseFrom(outcome.getResponse()).getResult();
            }
            details.addProperty("rev", result.getRevision());
            details.addProperty("changed", result.getChanged());
            if (result.getReplayed()) {
                details.addProperty("replayed", true);
            }
            if (result.getChanged()) {
                invariants.acknowledged(result.getRevision(), mutation.requestId);
            }
            client.end(EventType.OK, mutation.value, details);
        } catch (InvalidProtocolBufferException e) {
            throw new BrokenInvariant("an answer that cannot be read", e);
        }
    }

    private void read(Client client, SimNode node, String key) {
        int turn = client.begin("read", key, JsonNull.INSTANCE, null);
        var unused = node.readIndex(DEADLINE_MS)
                .thenCompose(node::whenApplied)
                .whenComplete((index, failure) -> invariants.guard(() -> {
                    if (client.turn != turn || !client.busy) {
                        return;
                    }
                    if (failure != null) {
                        failed(client, SimNode.failure(failure));
                    } else {
                        show(client, node.state.view(), key);
                    }
                }));
    }

    private static void show(Client client, StoreView view, String key) {
        JsonObject details = new JsonObject();
        details.addProperty("rev", StateMeta.revision(view));
        JsonElement value = JsonNull.INSTANCE;
        QueryResult result =
                Queries.answer(view, GetConfigRequest.newBuilder().setName(key).build());
        if (result instanceof QueryResult.Answered answered
                && answered.response() instanceof GetConfigResponse response) {
            String text = SimRequests.value(response.getConfig().getDocument());
            value = new JsonPrimitive(text);
            client.seen.put(key, new Seen(text, response.getEtag()));
        }
        client.end(EventType.OK, value, details);
    }
}
