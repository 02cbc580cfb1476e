package io.meshkit.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Two searches that share nothing say the same of any history; what is called minimal is. */
class FrontierProperties {
    private static final int VALUES = 4;

    private static History history(long seed, int operations, int processes, int unknownPercent, int spoils) {
        History history = Histories.linearizable(seed, operations, processes, VALUES, unknownPercent);
        for (int i = 0; i < spoils; i++) {
            history = Histories.spoiled(history, seed + i, VALUES);
        }
        return history;
    }

    @Property(tries = 1_500)
    void anyHistory_bothCheckersAgree(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int operations,
            @ForAll @IntRange(min = 1, max = 6) int processes,
            @ForAll @IntRange(max = 5) int unknownPercent,
            @ForAll @IntRange(max = 2) int spoils) {
        List<Operation> all =
                history(seed, operations, processes, unknownPercent, spoils).operations();
        Verdict first = Wgl.check(new Register(), all, Budget.defaults()).verdict();
        Statistics.label("verdict").collect(first).coverage(coverage -> {
            coverage.check(Verdict.VALID).percentage(share -> share > 20);
            coverage.check(Verdict.INVALID).percentage(share -> share > 20);
        });

        assertThat(Frontier.check(new Register(), all, Budget.defaults())).isEqualTo(first);
    }

    @Property(tries = 300)
    void minimalCounterexample_isImpossibleAndNeedsEveryAnswer(
            @ForAll long seed,
            @ForAll @IntRange(min = 4, max = 30) int operations,
            @ForAll @IntRange(max = 5) int unknownPercent) {
        List<Operation> all = history(seed, operations, 4, unknownPercent, 2).operations();
        if (Wgl.check(new Register(), all, Budget.defaults()).verdict() != Verdict.INVALID) {
            return;
        }
        MinimalRegister minimal = MinimalRegister.of(all);

        List<Operation> contradiction = weakened(minimal, -1);
        assertThat(Frontier.check(new Register(), contradiction, Budget.defaults()))
                .isEqualTo(Verdict.INVALID);
        for (long demanded : minimal.demanded()) {
            assertThat(Frontier.check(new Register(), weakened(minimal, demanded), Budget.defaults()))
                    .as("without the answer of #%d", demanded)
                    .isEqualTo(Verdict.VALID);
        }
    }

    /** What the counterexample says, and one answer less. */
    private static List<Operation> weakened(MinimalRegister minimal, long without) {
        List<Operation> operations = new ArrayList<>();
        for (Operation each : minimal.operations()) {
            if (!minimal.isContext(each) && each.index() != without) {
                operations.add(each);
            } else if (!each.f().equals("read")) {
                operations.add(new Operation(
                        each.index(),
                        each.process(),
                        each.f(),
                        each.key(),
                        each.value(),
                        EventType.INFO,
                        each.call(),
                        Operation.NEVER));
            }
        }
        return operations;
    }

    @Property(tries = 20)
    void spentBudget_isUnknown(@ForAll long seed) {
        List<Operation> all = Histories.linearizable(seed, 100, 10, 5, 0).operations();

        assertThat(Frontier.check(new Register(), all, new Budget(10, 1 << 20))).isEqualTo(Verdict.UNKNOWN);
    }
}
