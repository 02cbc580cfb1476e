package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Judges a history key by key: a history is linearizable exactly if that of every key is.
 *
 * @param <S> the model's states
 */
public final class LinearizabilityChecker<S> {
    /**
     * The judgement of a history.
     *
     * @param reason why, in one line
     * @param keys   by key
     */
    public record Report(Verdict verdict, String reason, SequencedMap<String, Linearization> keys) {}

    private final Model<S> model;
    private final Budget budgetPerKey;

    public LinearizabilityChecker(Model<S> model, Budget budgetPerKey) {
        this.model = model;
        this.budgetPerKey = budgetPerKey;
    }

    /** @throws io.meshkit.jepsen.history.HistoryException if the history is not one */
    public Report check(History history) {
        TreeMap<String, List<Operation>> byKey = new TreeMap<>();
        for (Operation operation : history.operations()) {
            String key = operation.key();
            byKey.computeIfAbsent(key == null ? "" : key, each -> new ArrayList<>())
                    .add(operation);
        }
        TreeMap<String, Linearization> keys = new TreeMap<>();
        Verdict verdict = Verdict.VALID;
        int explained = 0;
        for (var each : byKey.entrySet()) {
            Linearization result = checkKey(each.getValue());
            keys.put(each.getKey(), result);
            verdict = verdict.and(result.verdict());
            explained += result.order().size();
        }
        if (verdict == Verdict.VALID && explained == 0) {
            return new Report(Verdict.UNKNOWN, "nothing in it can be judged", keys);
        }
        return new Report(verdict, summary(keys), keys);
    }

    private Linearization checkKey(List<Operation> operations) {
        for (Operation operation : operations) {
            if (!model.knows(operation)) {
                return new Linearization(Verdict.UNKNOWN, "the model does not know " + operation, List.of(), null, 0);
            }
        }
        return Wgl.check(model, operations, budgetPerKey);
    }

    private static String summary(SequencedMap<String, Linearization> keys) {
        long[] counts = new long[Verdict.values().length];
        keys.values().forEach(result -> counts[result.verdict().ordinal()]++);
        return counts[Verdict.VALID.ordinal()] + " keys valid, " + counts[Verdict.INVALID.ordinal()] + " invalid, "
                + counts[Verdict.UNKNOWN.ordinal()] + " unknown";
    }
}
