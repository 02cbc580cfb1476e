package io.meshkit.jepsen.workload;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Writes that are sent again under their request id: by other clients, to other nodes, before, while and after the
 * first attempt is answered, and across faults. However often it is sent, it may take effect once.
 */
final class IdemWorkload implements Workload {
    private static final int AGAIN_PERCENT = 45;
    private static final int READ_PERCENT = 15;
    private static final int RECENT_MAX = 400;
    private static final int OLD_PERCENT = 10; // of those sent again: any of the recent, not one of the last

    private static final int LAST = 12;

    private final Random random;
    private final int keys;
    private final Deque<Op> recent = new ArrayDeque<>();
    private long requests;

    IdemWorkload(Plan plan) {
        this.random = plan.random();
        this.keys = Math.max(8, plan.threads() * 2);
    }

    @Override
    public String name() {
        return "idem";
    }

    @Override
    public Op next(int thread, long process) {
        int dice = random.nextInt(100);
        if (dice < AGAIN_PERCENT && !recent.isEmpty()) {
            List<Op> candidates = new ArrayList<>(recent);
            int from = random.nextInt(100) < OLD_PERCENT ? 0 : Math.max(0, candidates.size() - LAST);
            return candidates.get(from + random.nextInt(candidates.size() - from));
        }
        String key = "i" + random.nextInt(keys);
        if (dice < AGAIN_PERCENT + READ_PERCENT) {
            return new Op("read", key, JsonNull.INSTANCE);
        }
        Op op = new Op("write", key, new JsonPrimitive(++requests));
        op.details().addProperty("idem", "idem-" + requests);
        recent.addLast(op);
        if (recent.size() > RECENT_MAX) {
            recent.removeFirst();
        }
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
        for (int i = 0; i < keys; i++) {
            reads.add(new Op("read", "i" + i, JsonNull.INSTANCE));
        }
        return reads;
    }

    @Override
    public Records records() {
        return Documents.RECORDS;
    }
}
