package io.meshkit.jepsen.run;

import io.meshkit.jepsen.checker.Counterexample;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** What the runner itself judges, beside the history: that there was load, and that the quorum got well again. */
final class RunChecks {
    /** A quorum that does hardly anything before the first fault is not being tested by it. */
    static final double RATE_MIN = 100;

    private RunChecks() {}

    /**
     * @param seconds of load before the first fault
     * @param offered operations per second
     */
    static Judgement rate(long operations, double seconds, double offered) {
        double wanted = Math.min(RATE_MIN, offered * 0.8);
        double rate = seconds <= 0 ? 0 : operations / seconds;
        String reason = String.format(java.util.Locale.ROOT, "%.0f operations/s before the first fault", rate);
        SequencedMap<String, Long> evidence = evidence("operations/s", Math.round(rate));
        return rate >= wanted
                ? new Judgement("rate", Verdict.VALID, reason, evidence, List.of())
                : new Judgement(
                        "rate",
                        Verdict.UNKNOWN,
                        reason + String.format(java.util.Locale.ROOT, "; at least %.0f are wanted", wanted),
                        evidence,
                        List.of());
    }

    /** @param states what each node said of itself at the end of the wait, for people */
    static Judgement recovery(boolean isReady, long tookMs, List<String> states) {
        SequencedMap<String, Long> evidence = evidence("ms", tookMs);
        return isReady
                ? new Judgement(
                        "recovery",
                        Verdict.VALID,
                        "every node could serve " + tookMs + " ms after the last fault was healed",
                        evidence,
                        List.of())
                : invalid("recovery", "the quorum did not recover", states, evidence);
    }

    /** @param ends of processes that nobody wanted, for people */
    static Judgement processes(int nodes, List<String> ends) {
        SequencedMap<String, Long> evidence = evidence("nodes", nodes);
        return ends.isEmpty()
                ? new Judgement("processes", Verdict.VALID, "none ended by itself", evidence, List.of())
                : invalid("processes", "a node ended by itself", ends, evidence);
    }

    /** @param behind those that have not been told everything at the end, for people */
    static Judgement watches(int watches, long tookMs, List<String> behind) {
        SequencedMap<String, Long> evidence = new TreeMap<>(Map.of("watches", (long) watches, "ms", tookMs));
        return behind.isEmpty()
                ? new Judgement(
                        "watches-arrive",
                        Verdict.VALID,
                        "every watch had been told everything " + tookMs + " ms after the last change",
                        evidence,
                        List.of())
                : invalid("watches-arrive", "a watch was never told everything", behind, evidence);
    }

    private static Judgement invalid(
            String checker, String what, List<String> lines, SequencedMap<String, Long> evidence) {
        return new Judgement(
                checker, Verdict.INVALID, what, evidence, List.of(new Counterexample(what, lines, List.of())));
    }

    private static SequencedMap<String, Long> evidence(String name, long count) {
        return new TreeMap<>(Map.of(name, count));
    }
}
