package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * In which order each list grew: the longest read of it, of which every other read must be a beginning. Reports what
 * is wrong with single reads on the way. Thread: one.
 */
final class VersionOrders {
    /** An element of a list. */
    record Element(String key, JsonElement value) {}

    private final Map<Element, Txn> writers = new HashMap<>();
    private final TreeMap<String, List<JsonElement>> orders = new TreeMap<>();
    private final TreeMap<String, Txn> longestReaders = new TreeMap<>();

    VersionOrders(Findings findings, List<Txn> all) {
        for (Txn txn : all) {
            for (Txn.Step step : txn.steps()) {
                if (step instanceof Txn.Append append) {
                    Txn other = writers.put(new Element(append.key(), append.element()), txn);
                    if (other != null) {
                        findings.unknown("element " + append.element() + " of " + append.key()
                                + " is appended twice: elements must be unique");
                    }
                }
            }
        }
        for (Txn txn : all) {
            for (Txn.Step step : txn.steps()) {
                boolean isLongest = step instanceof Txn.Read read
                        && read.elements() != null
                        && read.elements().size() > order(read.key()).size();
                if (isLongest && step instanceof Txn.Read read && read.elements() != null) {
                    orders.put(read.key(), read.elements());
                    longestReaders.put(read.key(), txn);
                }
            }
        }
        all.stream().filter(txn -> txn.attempt().isOk()).forEach(txn -> judge(findings, txn));
    }

    /** The list as it is known to have grown. */
    List<JsonElement> order(String key) {
        return orders.getOrDefault(key, List.of());
    }

    Iterable<String> keys() {
        return orders.keySet();
    }

    @Nullable
    Txn writer(String key, JsonElement element) {
        return writers.get(new Element(key, element));
    }

    private void judge(Findings findings, Txn txn) {
        Map<String, List<JsonElement>> expected = new HashMap<>();
        for (Txn.Step step : txn.steps()) {
            switch (step) {
                case Txn.Append append ->
                    expected.computeIfPresent(append.key(), (key, list) -> appended(list, append.element()));
                case Txn.Read read -> {
                    List<JsonElement> elements = read.elements();
                    if (elements != null) {
                        findings.count("reads", 1);
                        judge(findings, txn, read.key(), elements);
                        List<JsonElement> before = expected.put(read.key(), elements);
                        if (before != null && !before.equals(elements)) {
                            violation(
                                    findings,
                                    "a transaction does not see itself (internal)",
                                    txn,
                                    read.key() + " should be " + before + " for it, and was " + elements);
                        }
                    }
                }
            }
        }
    }

    private static List<JsonElement> appended(List<JsonElement> list, JsonElement element) {
        List<JsonElement> longer = new java.util.ArrayList<>(list);
        longer.add(element);
        return List.copyOf(longer);
    }

    private void judge(Findings findings, Txn txn, String key, List<JsonElement> elements) {
        List<JsonElement> longest = order(key);
        Txn longestReader = longestReaders.get(key);
        if (longestReader != null && !longest.subList(0, elements.size()).equals(elements)) {
            findings.violation(
                    "two reads of one list do not fit together (incompatible order)",
                    Attempt.events(longestReader.attempt(), txn.attempt()),
                    elements + " is no beginning of " + longest + " in " + key);
        }
        if (elements.size() != elements.stream().distinct().count()) {
            violation(findings, "one append happened twice", txn, key + " was " + elements);
        }
        for (JsonElement element : elements) {
            Txn writer = writer(key, element);
            if (writer == null) {
                violation(findings, "an element comes from nowhere", txn, "nobody appended " + element + " to " + key);
            } else if (writer.attempt().isFail()) {
                findings.violation(
                        "a transaction that failed was read (G1a)",
                        Attempt.events(writer.attempt(), txn.attempt()),
                        element + " in " + key + " is of a transaction that was refused");
            }
        }
        intermediate(findings, txn, key, elements);
    }

    /** The last element must be the last that its transaction appended to the list. */
    private void intermediate(Findings findings, Txn txn, String key, List<JsonElement> elements) {
        Txn writer = elements.isEmpty() ? null : writer(key, elements.getLast());
        if (writer != null
                && writer.id() != txn.id()
                && !writer.appends(key).getLast().equals(elements.getLast())) {
            findings.violation(
                    "a transaction was read half done (G1b)",
                    Attempt.events(writer.attempt(), txn.attempt()),
                    key + " ends with " + elements.getLast() + ", after which the same transaction appended "
                            + writer.appends(key).getLast());
        }
    }

    private static void violation(Findings findings, String what, Txn txn, String conclusion) {
        findings.violation(what, txn.attempt().events(), conclusion);
    }
}
