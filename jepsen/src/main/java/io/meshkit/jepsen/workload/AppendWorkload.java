package io.meshkit.jepsen.workload;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.client.Outcome;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactResponse;
import io.meshkit.v1.TransactionServiceGrpc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Transactions over several records, each a list: read some, append to some.
 *
 * <p>A registry's transaction writes; it does not read. So the client reads each record first, and then transacts on
 * the condition that every record, also one that it only reads, still has the revision that it read. What it read is
 * thus what was there when the transaction took effect.
 */
final class AppendWorkload implements Workload {
    private static final int ACTIVE_KEYS = 8;
    private static final int APPENDS_PER_KEY = 60;
    private static final int PARTS_MAX = 4;
    private static final int PER_TRANSACTION = 100;
    private static final String MEMBER = "e";
    private static final String PREFIX = Documents.PREFIX + "a";

    private final Random random;
    private final int keysMade;
    private final List<Integer> active = new ArrayList<>();
    private final Map<Integer, Integer> appended = new LinkedHashMap<>();
    private int nextKey;
    private long requests;

    AppendWorkload(Plan plan) {
        this.random = plan.random();
        // About every third part appends.
        this.keysMade = ACTIVE_KEYS + 2 + (int) (plan.operationsPlanned() * PARTS_MAX / 2 / APPENDS_PER_KEY);
        for (int i = 0; i < ACTIVE_KEYS; i++) {
            active.add(nextKey++);
        }
    }

    @Override
    public String name() {
        return "append";
    }

    @Override
    public void setUp(NodeClient client) {
        for (int from = 0; from < keysMade; from += PER_TRANSACTION) {
            TransactRequest.Builder transaction = TransactRequest.newBuilder();
            for (int key = from; key < Math.min(from + PER_TRANSACTION, keysMade); key++) {
                transaction
                        .addOperationsBuilder()
                        .setPatchConfig(PatchConfigRequest.newBuilder()
                                .setName(PREFIX + key)
                                .setPatch(list(new JsonArray())));
            }
            SetUp.call(client, TransactionServiceGrpc.getTransactMethod(), transaction.build());
        }
    }

    @Override
    public Op next(int thread, long process) {
        List<Integer> keys = new ArrayList<>(active);
        Collections.shuffle(keys, random);
        JsonArray parts = new JsonArray();
        for (int key : keys.subList(0, 1 + random.nextInt(PARTS_MAX))) {
            boolean appends = random.nextBoolean();
            if (!appends || random.nextInt(4) == 0) {
                parts.add(part("r", key, null));
            }
            if (appends) {
                int value = appended.merge(key, 1, Integer::sum);
                parts.add(part("append", key, value));
                if (value >= APPENDS_PER_KEY && nextKey < keysMade) {
                    active.set(active.indexOf(key), nextKey++);
                }
            }
        }
        Op op = new Op("txn", null, parts);
        op.details().addProperty("idem", "append-" + ++requests);
        return op;
    }

    private static JsonArray part(String what, int key, @Nullable Integer value) {
        JsonArray part = new JsonArray();
        part.add(what);
        part.add("a" + key);
        part.add(value);
        return part;
    }

    @Override
    public boolean isReadOnly(Op op) {
        return op.value().getAsJsonArray().asList().stream()
                .allMatch(part -> part.getAsJsonArray().get(0).getAsString().equals("r"));
    }

    @Override
    public Completion execute(Op op, NodeClient client) {
        SequencedMap<String, JsonArray> lists = new LinkedHashMap<>();
        Map<String, String> etags = new LinkedHashMap<>();
        JsonArray seen = new JsonArray();
        try {
            for (var part : op.value().getAsJsonArray()) {
                String key = part.getAsJsonArray().get(1).getAsString();
                if (!lists.containsKey(key)) {
                    GetConfigResponse found = client.call(
                            ConfigServiceGrpc.getGetConfigMethod(),
                            GetConfigRequest.newBuilder()
                                    .setName(Documents.PREFIX + key)
                                    .build());
                    lists.put(key, list(found));
                    etags.put(key, found.getEtag());
                }
            }
        } catch (RegistryException e) {
            JsonObject why = new JsonObject();
            why.addProperty("error", Outcome.name(e)); // It has only read so far.
            return new Completion(EventType.FAIL, op.value(), why);
        }
        for (var each : op.value().getAsJsonArray()) {
            JsonArray part = each.getAsJsonArray().deepCopy();
            JsonArray list = lists.get(part.get(1).getAsString());
            if (list == null) {
                throw new IllegalStateException("not read: " + part);
            }
            if (part.get(0).getAsString().equals("r")) {
                part.set(2, list.deepCopy());
            } else {
                list.add(part.get(2));
            }
            seen.add(part);
        }
        TransactRequest.Builder transaction = TransactRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder()
                        .setRequestId(op.details().get("idem").getAsString()));
        lists.forEach((key, list) -> transaction
                .addOperationsBuilder()
                .setPatchConfig(PatchConfigRequest.newBuilder()
                        .setOptions(MutationOptions.newBuilder().setIfMatch(String.valueOf(etags.get(key))))
                        .setName(Documents.PREFIX + key)
                        .setPatch(list(list))));
        TransactResponse done = client.call(TransactionServiceGrpc.getTransactMethod(), transaction.build());
        return Completion.of(seen, done.getResult()); // unchanged if it only read
    }

    private static Struct list(JsonArray elements) {
        ListValue.Builder list = ListValue.newBuilder();
        elements.forEach(element -> list.addValuesBuilder().setNumberValue(element.getAsLong()));
        return Struct.newBuilder()
                .putFields(MEMBER, Value.newBuilder().setListValue(list).build())
                .build();
    }

    private static JsonArray list(GetConfigResponse found) {
        JsonArray elements = new JsonArray();
        found.getConfig()
                .getDocument()
                .getFieldsOrDefault(MEMBER, Value.getDefaultInstance())
                .getListValue()
                .getValuesList()
                .forEach(value -> elements.add((long) value.getNumberValue()));
        return elements;
    }

    @Override
    public List<Op> finalReads() {
        List<Op> reads = new ArrayList<>();
        for (int key = 0; key < nextKey; key++) {
            JsonArray parts = new JsonArray();
            parts.add(part("r", key, null));
            Op op = new Op("txn", null, parts);
            op.details().addProperty("idem", "append-" + ++requests);
            reads.add(op);
        }
        return reads;
    }
}
