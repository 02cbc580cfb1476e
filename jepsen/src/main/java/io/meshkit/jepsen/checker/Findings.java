package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what a checker sees, and makes its judgement of it. Thread: one. */
final class Findings {
    /** Later counterexamples say little that the first ones do not; they are counted. */
    static final int COUNTEREXAMPLES_MAX = 5;

    private final String checker;
    private final TreeMap<String, Long> evidence = new TreeMap<>();
    private final List<Counterexample> counterexamples = new ArrayList<>();
    private long violations;
    private @Nullable String unknown;

    Findings(String checker) {
        this.checker = checker;
    }

    /** So much more of that was looked at. */
    Findings count(String what, long more) {
        evidence.merge(what, more, Long::sum);
        return this;
    }

    long counted(String what) {
        return evidence.getOrDefault(what, 0L);
    }

    /** Something could not be judged; the first reason is told. */
    void unknown(String why) {
        if (unknown == null) {
            unknown = why;
        }
    }

    void violation(Counterexample example) {
        violations++;
        if (counterexamples.size() < COUNTEREXAMPLES_MAX) {
            counterexamples.add(example);
        }
    }

    /** The events, one a line, and then the conclusion. */
    void violation(String what, List<Event> events, String conclusion) {
        List<String> lines = new ArrayList<>();
        events.forEach(event -> lines.add(Shown.event(event)));
        lines.add("⇒ " + conclusion);
        violation(new Counterexample(
                what, lines, events.stream().map(Event::index).toList()));
    }

    /** @param needed the evidence without which nothing was judged */
    Judgement judge(String needed) {
        if (violations > 0) {
            String reason = violations == 1 ? "1 violation" : violations + " violations";
            return new Judgement(checker, Verdict.INVALID, reason, evidence, counterexamples);
        }
        if (unknown != null) {
            return new Judgement(checker, Verdict.UNKNOWN, unknown, evidence, List.of());
        }
        if (counted(needed) == 0) {
            return new Judgement(
                    checker, Verdict.UNKNOWN, "nothing in it can be judged: no " + needed, evidence, List.of());
        }
        return new Judgement(checker, Verdict.VALID, counted(needed) + " " + needed + " judged", evidence, List.of());
    }
}
