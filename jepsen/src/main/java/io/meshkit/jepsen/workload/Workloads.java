package io.meshkit.jepsen.workload;

import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The workloads by the names that the command line and the checkers have for them. */
public final class Workloads {
    private static final SequencedMap<String, Function<Plan, Workload>> BY_NAME = byName();

    private Workloads() {}

    private static SequencedMap<String, Function<Plan, Workload>> byName() {
        TreeMap<String, Function<Plan, Workload>> all = new TreeMap<>();
        all.put("register", plan -> new RegisterWorkload("register", Records.NONE, plan));
        all.put("append", AppendWorkload::new);
        all.put("idem", IdemWorkload::new);
        all.put("shard", ShardWorkload::new);
        all.put("audit", plan -> new RegisterWorkload("audit", Documents.RECORDS, plan));
        return Collections.unmodifiableSequencedMap(all);
    }

    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** @throws IllegalArgumentException naming the workloads, if there is no such */
    public static Workload of(String name, Plan plan) {
        Function<Plan, Workload> known = BY_NAME.get(name);
        if (known == null) {
            throw new IllegalArgumentException("no workload '" + name + "'; there are " + String.join(", ", names()));
        }
        return known.apply(plan);
    }
}
