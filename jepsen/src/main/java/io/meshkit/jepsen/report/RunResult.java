package io.meshkit.jepsen.report;

import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.History;
import java.util.List;

/**
 * Everything that a report shows.
 *
 * @param leaders in order of time
 */
public record RunResult(
        TestInfo test, History history, List<Judgement> judgements, List<Fault> faults, List<Leader> leaders) {
    public RunResult {
        judgements = List.copyOf(judgements);
        faults = List.copyOf(faults);
        leaders = List.copyOf(leaders);
    }

    /** Of all judgements together; a run without any, or with a fault that did not show, is unknown at best. */
    public Verdict verdict() {
        Verdict verdict = judgements.isEmpty() ? Verdict.UNKNOWN : Verdict.VALID;
        for (Judgement judgement : judgements) {
            verdict = verdict.and(judgement.verdict());
        }
        return faults.stream().allMatch(Fault::hasShown) ? verdict : verdict.and(Verdict.UNKNOWN);
    }
}
