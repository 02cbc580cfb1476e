package io.meshkit.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.jepsen.history.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

class WglTest {
    @Test
    void budget_spent_isUnknown() {
        List<Operation> operations = Histories.linearizable(1, 100, 10, 5, 0).operations();

        assertThat(Wgl.check(new Register(), operations, new Budget(10, 1 << 20))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(Wgl.check(new Register(), operations, new Budget(1_000_000, 500))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
        assertThatThrownBy(() -> new Budget(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noOperations_isValid() {
        assertThat(Wgl.check(new Register(), List.of(), Budget.defaults()).verdict())
                .isEqualTo(Verdict.VALID);
    }

    /** What a run records per key: 200 operations by 20 processes. */
    @Test
    void keyOfUsualSize_isDecidedWithinTheBudget() {
        for (int seed = 0; seed < 10; seed++) {
            List<Operation> operations =
                    Histories.linearizable(seed, 200, 20, 50, 2).operations();
            Linearization result = Wgl.check(new Register(), operations, Budget.defaults());

            assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.VALID);
        }
    }

    @Test
    void verdicts_ofParts_combine() {
        assertThat(Verdict.VALID.and(Verdict.VALID)).isEqualTo(Verdict.VALID);
        assertThat(Verdict.VALID.and(Verdict.UNKNOWN)).isEqualTo(Verdict.UNKNOWN);
        assertThat(Verdict.UNKNOWN.and(Verdict.INVALID)).isEqualTo(Verdict.INVALID);
        assertThat(Verdict.INVALID.and(Verdict.VALID)).isEqualTo(Verdict.INVALID);
    }
}
