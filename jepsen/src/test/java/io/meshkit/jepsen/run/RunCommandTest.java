package io.meshkit.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandTest {
    @TempDir
    Path directory;

    private final StringWriter printed = new StringWriter();

    private int run(String... args) {
        return RunCommand.commandLine()
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(printed, true))
                .execute(args);
    }

    @Test
    void help_isAsInTheGolden() throws Exception {
        assertThat(run("--help")).isZero();
        assertThat(printed.toString())
                .isEqualTo(Files.readString(Path.of("src/test/resources/golden/help-run.txt"), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--workload=registre|no workload 'registre'",
                "--nemesis=kil|no nemesis 'kil'",
                "--workload=register,lokc|no workload 'lokc'",
                "--workload=register,lock,register|names one twice",
                "--nodes=4|--nodes: 4",
                "--time-limit=0|must be positive",
                "--rate=0|must be positive",
                "--rate=NaN|must be positive",
                "--concurrency=2m|--concurrency: '2m'",
                "--transport=smoke|transport must be one of",
                "--unknown=1|--unknown"
            })
    void badInput_isUnknownAndNamed(String argument, String message) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(printed.toString()).contains(message);
    }

    @Test
    void out_notEmpty_isRefusedAndKept() throws Exception {
        Path mine = Files.writeString(directory.resolve("mine.txt"), "mine");

        assertThat(run("--out", directory.toString())).isEqualTo(2);
        assertThat(printed.toString()).contains("is not empty");
        assertThat(mine).hasContent("mine");
    }
}
