package io.meshkit.jepsen.workload;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Keys;
import io.meshkit.jepsen.generator.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Registers: reads, writes, compare-and-set, deletes. Every value is written once, so that a read tells which write
 * it saw.
 */
final class RegisterWorkload implements Workload {
    private static final int READ_PERCENT = 45;
    private static final int WRITE_PERCENT = 33;
    private static final int CAS_PERCENT = 20; // and the rest are deletes

    private static final String WATCHED = "watch";

    private final String name;
    private final Records records;
    private final Keys keys;
    private final Random random;
    private final Map<String, Long> newest = new HashMap<>();
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
            long value = ++values;
            newest.put(key, value);
            op = new Op("write", key, new JsonPrimitive(value));
        } else if (dice < READ_PERCENT + WRITE_PERCENT + CAS_PERCENT) {
            long value = ++values;
            JsonArray pair = new JsonArray();
            pair.add(old);
            pair.add(value);
            newest.put(key, value);
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
        return Registers.execute(op, client);
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
