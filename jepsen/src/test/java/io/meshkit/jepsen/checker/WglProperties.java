package io.meshkit.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.Operation;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

class WglProperties {
    private static final int VALUES = 3;

    private static Linearization check(List<Operation> operations) {
        return Wgl.check(new Register(), operations, Budget.defaults());
    }

    @Property(tries = 3_000)
    void anyHistory_bruteForceAgrees(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 7) int operations,
            @ForAll @IntRange(min = 1, max = 5) int processes,
            @ForAll @IntRange(max = 40) int unknownPercent,
            @ForAll @IntRange(max = 2) int spoils) {
        History history = Histories.linearizable(seed, operations, processes, VALUES, unknownPercent);
        for (int i = 0; i < spoils; i++) {
            history = Histories.spoiled(history, seed + i, VALUES);
        }
        List<Operation> all = history.operations();
        boolean expected = BruteForce.isLinearizable(all);
        Statistics.label("linearizable").collect(expected).coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 20);
            coverage.check(false).percentage(share -> share > 10);
        });

        assertThat(check(all).verdict()).isEqualTo(expected ? Verdict.VALID : Verdict.INVALID);
    }

    @Property(tries = 200)
    void historyOfARealRegister_isValidAndItsOrderExplainsIt(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 200) int operations,
            @ForAll @IntRange(min = 1, max = 10) int processes) {
        List<Operation> all =
                Histories.linearizable(seed, operations, processes, 5, 3).operations();
        Linearization result = check(all);

        assertThat(result.verdict()).isEqualTo(Verdict.VALID);
        assertExplains(result.order(), all);
    }

    /** The certificate is checked without the search: once each, all that answered, real time, the model. */
    private static void assertExplains(List<Operation> order, List<Operation> all) {
        assertThat(order).doesNotHaveDuplicates();
        assertThat(order)
                .containsAll(all.stream()
                        .filter(each -> each.ret() != Operation.NEVER)
                        .filter(each -> each.outcome() == EventType.OK)
                        .toList());
        Register register = new Register();
        JsonElement state = register.initial();
        int latestCall = -1;
        for (Operation operation : order) {
            assertThat(operation.ret()).isGreaterThan(latestCall);
            latestCall = Math.max(latestCall, operation.call());
            state = register.step(state, operation);
            assertThat(state).as("%s", operation).isNotNull();
        }
    }

    @Property(tries = 100)
    void readOfAValueNobodyWrote_isInvalidInAnyHistory(@ForAll long seed) {
        History history = Histories.linearizable(seed, 60, 5, 5, 2);
        History impossible = Histories.spoiled(history, seed, 1_000_000);
        boolean hasRead = !impossible.equals(history);

        assertThat(check(impossible.operations()).verdict()).isEqualTo(hasRead ? Verdict.INVALID : Verdict.VALID);
    }
}
