package io.meshkit.jepsen.sim;

import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.history.History;
import java.util.List;
import java.util.Optional;

/**
 * What came of a schedule.
 *
 * @param failure    what went wrong, with the step; empty: nothing
 * @param judgements by the checkers; empty if an invariant broke before
 * @param history    what was seen until then
 * @param trace      SHA-256 of everything that happened: equal schedules have equal traces
 * @param checks     how often an invariant was looked at
 */
public record SimResult(
        Optional<String> failure, List<Judgement> judgements, History history, String trace, long checks) {
    public SimResult {
        judgements = List.copyOf(judgements);
    }
}
