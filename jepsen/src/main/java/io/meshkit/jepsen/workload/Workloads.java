package io.meshkit.jepsen.workload;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The workloads by the names that the command line and the checkers have for them. */
public final class Workloads {
    private static final SequencedMap<String, Function<Plan, Workload>> BY_NAME = byName();

    private Workloads() {}

    private static SequencedMap<String, Function<Plan, Workload>> byName() {
        TreeMap<String, Function<Plan, Workload>> all = new TreeMap<>();
        all.put("register", plan -> new RegisterWorkload("register", "r", Records.NONE, plan));
        all.put("lock", LockWorkload::new);
        all.put("lease", LeaseWorkload::new);
        all.put("watch", plan -> new RegisterWorkload("watch", "w", Documents.RECORDS, plan));
        all.put("append", AppendWorkload::new);
        all.put("idem", IdemWorkload::new);
        all.put("rbac", RbacWorkload::new);
        all.put("shard", ShardWorkload::new);
        all.put("audit", plan -> new RegisterWorkload("audit", "u", Documents.RECORDS, plan));
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

    /**
     * Several, which share the rate.
     *
     * @param names ≥ 1, all different
     * @param plan  of the whole
     * @throws IllegalArgumentException if there is no such, or one is named twice
     */
    public static Workload of(List<String> names, Plan plan) {
        if (names.size() == 1) {
            return of(names.get(0), plan);
        }
        if (names.isEmpty() || Set.copyOf(names).size() != names.size()) {
            throw new IllegalArgumentException("each workload is named once: " + String.join(", ", names));
        }
        return new MixedWorkload(names.stream()
                .map(name -> of(
                        name,
                        new Plan(
                                plan.threads(),
                                plan.nodes(),
                                plan.operationsPlanned() / names.size() + 1,
                                new Random(plan.random().nextLong()))))
                .toList());
    }
}
