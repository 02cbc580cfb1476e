package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;

/** Which checkers judge which workload. Immutable. Thread: any number. */
public final class Checkers {
    private static final SequencedMap<String, List<Checker>> BY_WORKLOAD = byWorkload(Budget.defaults());

    /** Promises that hold whatever is done; judged where the history has anything of them. */
    private static final List<Checker> ALWAYS =
            List.of(new Revisions(), new ExactlyOnce(), new AuditState(), new StateHash(), new Watch());

    private Checkers() {}

    /** The workloads that can be judged, in order of name. */
    public static SequencedSet<String> workloads() {
        return Collections.unmodifiableSequencedSet(BY_WORKLOAD.sequencedKeySet());
    }

    /**
     * The checkers of a workload; all must find it valid.
     *
     * @throws IllegalArgumentException naming the workloads, if there is no such
     */
    public static List<Checker> of(String workload) {
        List<Checker> checkers = BY_WORKLOAD.get(workload);
        if (checkers == null) {
            throw new IllegalArgumentException(
                    "no workload " + workload + "; there are " + String.join(", ", workloads()));
        }
        return checkers;
    }

    /**
     * Judges a history of these workloads: the operations of each by its checkers, and the whole by those of all
     * promises that the history shows.
     *
     * @param workloads ≥ 1; of one, operations that name no workload belong to it
     */
    public static List<Judgement> judge(List<String> workloads, History history) {
        if (workloads.size() == 1) {
            return judge(workloads.get(0), history.of(workloads.get(0)));
        }
        List<Judgement> judgements = new ArrayList<>();
        for (String workload : workloads) {
            History part = history.of(workload);
            for (Checker checker : of(workload)) {
                judgements.add(checker.check(part).of(workload));
            }
        }
        for (Checker checker : ALWAYS) {
            if (checker.appliesTo(history)) {
                judgements.add(checker.check(history));
            }
        }
        return List.copyOf(judgements);
    }

    /** Judges a history of that workload: by its checkers, and by those of all promises that the history shows. */
    public static List<Judgement> judge(String workload, History history) {
        List<Judgement> judgements = new ArrayList<>();
        for (Checker checker : of(workload)) {
            judgements.add(checker.check(history));
        }
        for (Checker checker : ALWAYS) {
            boolean isJudged =
                    judgements.stream().anyMatch(each -> each.checker().equals(checker.name()));
            if (!isJudged && checker.appliesTo(history)) {
                judgements.add(checker.check(history));
            }
        }
        return List.copyOf(judgements);
    }

    private static SequencedMap<String, List<Checker>> byWorkload(Budget budget) {
        TreeMap<String, List<Checker>> checkers = new TreeMap<>();
        checkers.put("append", List.of(new ListAppend()));
        checkers.put("audit", List.of(new AuditState()));
        checkers.put("idem", List.of(new ExactlyOnce()));
        checkers.put("lease", List.of(new Leases()));
        checkers.put("lock", List.of(Fencing.ofLocks(), new Mutex()));
        checkers.put("rbac", List.of(new Authorization()));
        checkers.put("register", List.of(new Linearizable(budget)));
        checkers.put("shard", List.of(Fencing.ofShards()));
        checkers.put("watch", List.of(new Watch()));
        return checkers;
    }
}
