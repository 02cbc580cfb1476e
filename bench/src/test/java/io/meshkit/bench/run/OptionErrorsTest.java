package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options that do not fit are refused by name, before any quorum is looked for. */
class OptionErrorsTest {
    private static String refusal(Callable<Integer> command, String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine line = new CommandLine(command);
        line.setErr(new PrintWriter(said));
        assertThat(line.execute(arguments)).isEqualTo(ErrorCode.INVALID_REQUEST.exitCode());
        return said.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--shards      | 1000,100     | --shards: 100 comes after 1000: each must be larger",
                "--shards      | 1000,1000    | --shards: 1000 comes after 1000",
                "--shards      | 0            | --shards: 0 is not within 1 and 1000000",
                "--shards      | 1000001      | --shards: 1000001 is not within",
                "--shards      | many         | 'many' is not an int",
                "--watchers    | 10,5         | --watchers: 5 comes after 10",
                "--watchers    | 0            | --watchers: 0 is not within 1 and 100000",
                "--work        | puts         | --work: 'puts' is none of put",
                "--work        | put,failover | --work: failover is not measured here",
                "--work        | watch        | --work: watch is not measured here",
                "--work        | put,put      | --work: put is named twice",
                "--outstanding | 0            | --outstanding: 0 is not within",
                "--rate        | 0            | --rate: 0 is not within",
                "--value-bytes | 65537        | --value-bytes: 65537 is not within",
                "--duration    | soon         | --duration: 'soon' is no time",
                "--calm-within | later        | --calm-within: 'later' is no time"
            })
    void growth(String option, String value, String message) {
        assertThat(refusal(new GrowthCommand(), option, value)).contains(message);
    }

    @Test
    void run_warmupRounds_belowNone() {
        assertThat(refusal(new RunCommand(), "--warmup-rounds", "-1"))
                .contains("--warmup-rounds: -1 is not within 0 and 1000");
    }

    @Test
    void watch_together_beyondATransaction() {
        assertThat(refusal(new WatchCommand(), "--together", "101"))
                .contains("--together: 101 is not within 1 and 100");
    }
}
