package io.meshkit.jepsen.workload;

import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Several workloads in one run: each thread does one operation of each in turn, so that they share the rate evenly and
 * every fault meets all of them. Their keys, records and request ids are apart; what an operation belongs to stands in
 * its {@code workload} member, by which the checkers tell them apart.
 */
final class MixedWorkload implements Workload {
    private final SequencedMap<String, Workload> parts = new LinkedHashMap<>();
    private final List<Workload> inOrder;
    private final Map<Integer, Integer> turns = new HashMap<>();

    /** @param parts ≥ 2, with different names */
    MixedWorkload(List<Workload> parts) {
        parts.forEach(part -> this.parts.put(part.name(), part));
        this.inOrder = List.copyOf(this.parts.values());
    }

    @Override
    public String name() {
        return String.join(",", parts.keySet());
    }

    @Override
    public List<String> settings() {
        return inOrder.stream().flatMap(part -> part.settings().stream()).toList();
    }

    @Override
    public boolean isWatched() {
        return inOrder.stream().anyMatch(Workload::isWatched);
    }

    @Override
    public void setUp(NodeClient client) {
        inOrder.forEach(part -> part.setUp(client));
    }

    @Override
    public Op next(int thread, long process) {
        // Threads begin at different parts: else all would do the same at the same time.
        int turn = turns.merge(thread, 1, Integer::sum);
        return marked(inOrder.get((thread + turn) % inOrder.size()), thread, process);
    }

    private static Op marked(Workload part, int thread, long process) {
        return mark(part, part.next(thread, process));
    }

    private static Op mark(Workload part, Op op) {
        op.details().addProperty(Event.WORKLOAD, part.name());
        return op;
    }

    private Workload of(Op op) {
        Workload part = parts.get(op.details().get(Event.WORKLOAD).getAsString());
        if (part == null) {
            throw new IllegalArgumentException("of no workload: " + op);
        }
        return part;
    }

    @Override
    public boolean isReadOnly(Op op) {
        return of(op).isReadOnly(op);
    }

    @Override
    public Completion execute(Op op, NodeClient client) {
        return of(op).execute(op, client);
    }

    @Override
    public List<Op> finalReads() {
        List<Op> reads = new ArrayList<>();
        for (Workload part : inOrder) {
            part.finalReads().forEach(op -> reads.add(mark(part, op)));
        }
        return reads;
    }

    @Override
    public Records records() {
        return inOrder.stream()
                .map(Workload::records)
                .filter(Records::areJudged)
                .findFirst()
                .orElse(Records.NONE);
    }
}
