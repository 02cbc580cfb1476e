package io.meshkit.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.jepsen.checker.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunChecksTest {
    @Test
    void rate_belowTheFloor_isUnknown() {
        assertThat(RunChecks.rate(500, 5, 300).verdict()).isEqualTo(Verdict.VALID);
        assertThat(RunChecks.rate(499, 5, 300).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(RunChecks.rate(0, 0, 300).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void rate_ofFewOffered_wantsMostOfThem() {
        assertThat(RunChecks.rate(200, 5, 50).verdict()).isEqualTo(Verdict.VALID);
        assertThat(RunChecks.rate(199, 5, 50).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void watches_behindAtTheEnd_areInvalid() {
        assertThat(RunChecks.watches(3, 12, List.of()).verdict()).isEqualTo(Verdict.VALID);
        assertThat(RunChecks.watches(3, 60_000, List.of("watch-1 is at revision 3 of 9"))
                        .toText())
                .contains("INVALID")
                .contains("watch-1 is at revision 3 of 9");
    }

    @Test
    void recoveryAndProcesses_invalidWithTheirReason() {
        assertThat(RunChecks.recovery(true, 12, List.of()).verdict()).isEqualTo(Verdict.VALID);
        assertThat(RunChecks.recovery(false, 60_000, List.of("node-1: no answer"))
                        .toText())
                .contains("INVALID")
                .contains("node-1: no answer");
        assertThat(RunChecks.processes(3, List.of()).verdict()).isEqualTo(Verdict.VALID);
        assertThat(RunChecks.processes(3, List.of("node-2 ended by itself")).toText())
                .contains("INVALID")
                .contains("node-2 ended by itself");
    }
}
