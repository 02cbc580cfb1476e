package io.meshkit.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.jepsen.sim.Schedules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimCommandTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private int run(String... args) {
        return Main.run(args, new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void sim_saysWhatItHasSeen() {
        assertThat(run("sim", "--schedules", "3", "--seed=7", "--steps", "40"))
                .as(this::printed)
                .isZero();
        assertThat(printed())
                .contains("schedules: 3")
                .contains("invariant checks")
                .endsWith("VALID\n");
    }

    @Test
    void replay_keptSchedule_isTheSameRun() throws IOException {
        Path schedule = Files.writeString(
                directory.resolve("schedule.json"), Schedules.random(3, 40).toJson());
        Path history = directory.resolve("history.jsonl");

        assertThat(run("replay", "--history", history.toString(), schedule.toString()))
                .as(this::printed)
                .isZero();
        String first = printed();
        output.reset();
        assertThat(run("replay", schedule.toString())).isZero();
        assertThat(printed()).isEqualTo(first).contains("trace ");
        assertThat(history).isNotEmptyFile();
    }

    @Test
    void shrink_scheduleThatDoesNotFail_isLeftAlone() throws IOException {
        Path schedule = Files.writeString(
                directory.resolve("schedule.json"), Schedules.random(3, 10).toJson());

        assertThat(run("shrink", schedule.toString())).isZero();
        assertThat(printed()).contains("does not fail");
    }

    @Test
    void badArguments_areRefused() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.json"), "{");

        assertThat(run("sim", "--schedules", "many")).isEqualTo(2);
        assertThat(run("sim", "--schedules", "0")).isEqualTo(2);
        assertThat(run("sim", "--schedulse", "1")).isEqualTo(2);
        assertThat(run("replay", broken.toString())).isEqualTo(2);
        assertThat(run("replay", directory.resolve("absent").toString())).isEqualTo(2);
        assertThat(run("shrink")).isEqualTo(2);
        assertThat(printed())
                .contains("usage")
                .contains("whole numbers")
                .contains("at least 1")
                .contains("cannot read");
    }
}
