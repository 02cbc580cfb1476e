package io.meshkit.jepsen.checker;

import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What a checker found.
 *
 * @param workload        that it was about; empty: the whole
 * @param checker         its name
 * @param reason          why the verdict is what it is, in one line
 * @param evidence        how much was looked at, by name: a valid verdict over nothing would be worthless
 * @param counterexamples INVALID: at least one; else none
 */
public record Judgement(
        String workload,
        String checker,
        Verdict verdict,
        String reason,
        SequencedMap<String, Long> evidence,
        List<Counterexample> counterexamples) {

    /** @throws IllegalArgumentException unless exactly the invalid has counterexamples */
    public Judgement {
        evidence = Collections.unmodifiableSequencedMap(new TreeMap<>(evidence));
        counterexamples = List.copyOf(counterexamples);
        if (counterexamples.isEmpty() == (verdict == Verdict.INVALID)) {
            throw new IllegalArgumentException(
                    checker + " is " + verdict + " with " + counterexamples.size() + " counterexamples");
        }
    }

    /** About the whole. */
    public Judgement(
            String checker,
            Verdict verdict,
            String reason,
            SequencedMap<String, Long> evidence,
            List<Counterexample> counterexamples) {
        this("", checker, verdict, reason, evidence, counterexamples);
    }

    /** The same about one workload of several. */
    public Judgement of(String name) {
        return new Judgement(name, checker, verdict, reason, evidence, counterexamples);
    }

    /** What was judged, for people: {@code register: linearizable}. */
    public String title() {
        return workload.isEmpty() ? checker : workload + ": " + checker;
    }

    /** For people: the verdict, why, and the counterexamples, each line ended by a line feed. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(title())
                .append(" is ")
                .append(verdict)
                .append(": ")
                .append(reason)
                .append('\n');
        for (Counterexample each : counterexamples) {
            text.append("  ✗ ").append(each.what()).append('\n');
            each.lines().forEach(line -> text.append("      ").append(line).append('\n'));
        }
        if (!evidence.isEmpty()) {
            text.append("  judged:");
            evidence.forEach(
                    (name, count) -> text.append(' ').append(name).append('=').append(count));
            text.append('\n');
        }
        return text.toString();
    }
}
