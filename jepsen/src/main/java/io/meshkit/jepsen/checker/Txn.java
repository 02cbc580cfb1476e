package io.meshkit.jepsen.checker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.meshkit.jepsen.history.HistoryException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction over append-only lists.
 *
 * @param id    its place among the transactions
 * @param steps in order
 */
record Txn(int id, Attempt attempt, List<Step> steps) {
    private static final int STEP_PARTS = 3; // function, key, value

    /** One read or append. */
    sealed interface Step {
        String key();
    }

    record Append(String key, JsonElement element) implements Step {}

    /** @param elements null if the outcome is unknown */
    record Read(String key, @Nullable List<JsonElement> elements) implements Step {}

    /** @throws HistoryException if it is not of the documented form */
    static Txn of(int id, Attempt attempt) {
        JsonElement value = attempt.operation().value();
        if (!(value instanceof JsonArray array)) {
            throw new HistoryException("a txn must be an array of steps: " + attempt.operation());
        }
        List<Step> steps = new ArrayList<>();
        for (JsonElement each : array) {
            if (!(each instanceof JsonArray step) || step.size() != STEP_PARTS) {
                throw new HistoryException("a step must be [f, key, value]: " + each);
            }
            String key = step.get(1).getAsString();
            switch (step.get(0).getAsString()) {
                case "append" -> steps.add(new Append(key, step.get(2)));
                case "r" -> steps.add(new Read(key, elements(step.get(2))));
                default -> throw new HistoryException("a step must be append or r: " + each);
            }
        }
        return new Txn(id, attempt, steps);
    }

    private static @Nullable List<JsonElement> elements(JsonElement value) {
        return value instanceof JsonArray array ? List.copyOf(array.asList()) : null;
    }

    /** What it read of each key before it appended to it, in order of the steps. */
    List<Read> externalReads() {
        List<Read> reads = new ArrayList<>();
        List<String> appended = new ArrayList<>();
        for (Step step : steps) {
            switch (step) {
                case Append append -> appended.add(append.key());
                case Read read -> {
                    if (read.elements() != null && !appended.contains(read.key())) {
                        reads.add(read);
                    }
                }
            }
        }
        return reads;
    }

    /** What it appended to the key, in order. */
    List<JsonElement> appends(String key) {
        List<JsonElement> appends = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Append append && append.key().equals(key)) {
                appends.add(append.element());
            }
        }
        return appends;
    }
}
