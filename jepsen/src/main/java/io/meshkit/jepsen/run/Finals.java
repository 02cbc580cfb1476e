package io.meshkit.jepsen.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.jepsen.workload.Records;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegistryRecord;
import java.time.Duration;
import java.util.List;

/** Reads from one node, when everything has healed, what came of it all: its hash, and if wanted the audit and state. */
final class Finals {
    private static final String PROCESS = "final";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration ONE_REVISION_WITHIN = Duration.ofSeconds(30);
    private static final int PAGE_SIZE = 500;

    private final NodeClient client;
    private final ReadOptions read;
    private final HistoryWriter history;
    private final Records records;

    /** @param revision that the node must have reached */
    Finals(NodeClient client, long revision, HistoryWriter history, Records records) {
        this.client = client;
        this.read = ReadOptions.newBuilder()
                .setLevel(ReadLevel.READ_LEVEL_AT_LEAST)
                .setMinRevision(revision)
                .build();
        this.history = history;
        this.records = records;
    }

    /**
     * The hashes of all nodes: asked for again until they are of one revision, or it takes too long. The registry writes
     * of its own accord for a while (denials, leases that end), and only hashes of one revision can be compared.
     */
    static void recordHashes(List<Finals> nodes) {
        long began = System.nanoTime();
        while (true) {
            List<GetStateHashResponse> hashes =
                    nodes.stream().map(Finals::askHash).toList();
            boolean comparable = hashes.stream()
                            .map(hash -> hash.getReadInfo().getRevision())
                            .distinct()
                            .count()
                    == 1;
            if (comparable || System.nanoTime() - began > ONE_REVISION_WITHIN.toNanos()) {
                for (int i = 0; i < hashes.size(); i++) {
                    nodes.get(i).append(hashes.get(i));
                }
                return;
            }
        }
    }

    void record() {
        if (records.areJudged()) {
            // In this order: the registry writes of its own accord (denials, leases that end), and the audit log must
            // not end before the state.
            state();
            audit();
        }
    }

    private GetStateHashResponse askHash() {
        return client.call(
                QuorumServiceGrpc.getGetStateHashMethod(),
                GetStateHashRequest.newBuilder().setRead(read).build(),
                LIMIT);
    }

    private void append(GetStateHashResponse hash) {
        JsonObject value = new JsonObject();
        value.addProperty("rev", hash.getReadInfo().getRevision());
        value.addProperty("chain", hash.getChainHash());
        value.addProperty("state", hash.getContentHash());
        append("hash", value, 0);
    }

    private void audit() {
        ListAuditRequest.Builder request = ListAuditRequest.newBuilder().setRead(read);
        request.getPageBuilder().setSize(PAGE_SIZE);
        ListAuditResponse page;
        do {
            page = client.call(AuditServiceGrpc.getListAuditMethod(), request.build(), LIMIT);
            JsonArray entries = new JsonArray();
            page.getEntriesList().forEach(entry -> entries.add(json(entry)));
            append("audit", entries, 0);
            request.getPageBuilder().setCursor(page.getNextCursor());
        } while (!page.getNextCursor().isEmpty());
    }

    private JsonObject json(AuditEntry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("rev", entry.getRevision());
        json.addProperty("request", entry.getRequestId());
        json.addProperty("actor", entry.getActor());
        JsonArray changes = new JsonArray();
        for (RecordChange change : entry.getChangesList()) {
            String key = records.key(change.getKind(), change.getName());
            if (key != null) {
                JsonObject one = new JsonObject();
                one.addProperty("key", key);
                one.add("value", change.hasAfter() ? records.value(change.getAfter()) : JsonNull.INSTANCE);
                changes.add(one);
            }
        }
        json.add("changes", changes);
        return json;
    }

    private void state() {
        long[] revision = {0};
        JsonObject state = new JsonObject();
        Records.Reader reader = new Records.Reader() {
            @Override
            public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
                R answer = client.call(method, withRead(request), LIMIT);
                Message info =
                        (Message) answer.getField(answer.getDescriptorForType().findFieldByName("read_info"));
                revision[0] = (Long) info.getField(info.getDescriptorForType().findFieldByName("revision"));
                return answer;
            }
        };
        for (RegistryRecord record : records.all(reader)) {
            String key = records.key(kind(record), name(record));
            if (key != null) {
                JsonElement value = records.value(record);
                state.add(key, value);
            }
        }
        append("state", state, revision[0]);
    }

    @SuppressWarnings("unchecked") // A builder of a message builds that message's type.
    private <Q extends Message> Q withRead(Q request) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName("read");
        return (Q) request.toBuilder().setField(field, read).build();
    }

    private static String kind(RegistryRecord record) {
        return switch (record.getRecordCase()) {
            case PEER -> "peer";
            case CLUSTER -> "cluster";
            case SHARD -> "shard";
            case CONFIG -> "config";
            default -> "";
        };
    }

    private static String name(RegistryRecord record) {
        return switch (record.getRecordCase()) {
            case PEER -> record.getPeer().getId();
            case CLUSTER -> record.getCluster().getId();
            case SHARD ->
                record.getShard().getNamespace() + "/" + record.getShard().getShardId();
            case CONFIG -> record.getConfig().getName();
            default -> "";
        };
    }

    private void append(String f, JsonElement value, long revision) {
        JsonObject details = new JsonObject();
        details.addProperty("node", client.node());
        if (revision > 0) {
            details.addProperty("rev", revision);
        }
        history.append(PROCESS, EventType.INFO, f, null, value, details);
    }
}
