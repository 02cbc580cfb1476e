package io.meshkit.jepsen.workload;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Keys;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Registers: reads, writes, compare-and-set, deletes. Every value is written once, so that a read tells which write
 * it saw.
 */
final class RegisterWorkload implements Workload {
    private static final int READ_PERCENT = 45;
    private static final int WRITE_PERCENT = 42;
    private static final int CAS_PERCENT = 11; // and the rest are deletes

    private static final String WATCHED = "watch";

    private final String name;
    private final Records records;
    private final Keys keys;
    private final Random random;
    /** What was read or acknowledged last: what a cas may expect to find. */
    private final ConcurrentMap<String, Long> newest = new ConcurrentHashMap<>();

    private long values;
    private long requests;

    /**
     * @param prefix  of its keys
     * @param records {@link Records#NONE}, or what audit and state shall show
     */
    RegisterWorkload(String name, String prefix, Records records, Plan plan) {
        this.name = name;
        this.records = records;
        this.random = plan.random();
        this.keys = new Keys(prefix, plan.threads(), plan.nodes(), new Random(random.nextLong()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isWatched() {
        return name.equals(WATCHED);
    }

    @Override
    public Op next(int thread, long process) {
        String key = keys.next(thread, process);
        int dice = random.nextInt(100);
        if (dice < READ_PERCENT) {
            return new Op("read", key, JsonNull.INSTANCE);
        }
        Op op;
        Long old = newest.get(key);
        if (dice < READ_PERCENT + WRITE_PERCENT || old == null) {
            op = new Op("write", key, new JsonPrimitive(++values));
        } else if (dice < READ_PERCENT + WRITE_PERCENT + CAS_PERCENT) {
            JsonArray pair = new JsonArray();
            pair.add(old);
            pair.add(++values);
            op = new Op("cas", key, pair);
        } else {
            op = new Op("delete", key, JsonNull.INSTANCE);
        }
        op.details().addProperty("idem", name + "-" + ++requests);
        return op;
    }

    @Override
    public boolean isReadOnly(Op op) {
        return op.f().equals("read");
    }

    @Override
    public Completion execute(Op op, NodeClient client) {
        Completion completion = Registers.execute(op, client);
        String key = String.valueOf(op.key());
        if (completion.type() == EventType.OK) {
            JsonElement value =
                    op.f().equals("cas") ? completion.value().getAsJsonArray().get(1) : completion.value();
            if (value.isJsonNull()) {
                newest.remove(key);
            } else {
                newest.put(key, value.getAsLong());
            }
        }
        return completion;
    }

    @Override
    public List<Op> finalReads() {
        List<Op> reads = new ArrayList<>();
        keys.all().forEach(key -> reads.add(new Op("read", key, JsonNull.INSTANCE)));
        return reads;
    }

    @Override
    public Records records() {
        return records;
    }
}
