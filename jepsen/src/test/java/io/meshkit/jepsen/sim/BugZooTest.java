package io.meshkit.jepsen.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever breaks a member so is caught, within a bounded number of schedules, by a schedule that a person can read. */
class BugZooTest {
    private static final long SEED = 1;
    private static final int STEPS = 120;
    private static final int SCHEDULES_MAX = 100;
    private static final int MINIMAL_STEPS_MAX = 25;

    /** What is in the documents about detection comes from here. */
    private static final Path TABLE = Path.of("target/bug-zoo.md");

    private static final TreeMap<Bug, String> LINES = new TreeMap<>();

    @ParameterizedTest
    @EnumSource(Bug.class)
    void bug_isCaughtAndItsScheduleIsShort(Bug bug) {
        long begun = System.nanoTime();
        Optional<Soak.Failure> caught = new Soak().run(SEED, SCHEDULES_MAX, STEPS, bug.members());
        long ms = (System.nanoTime() - begun) / 1_000_000;

        assertThat(caught).as("%s within %d schedules", bug, SCHEDULES_MAX).isPresent();
        Schedule minimal = caught.get().minimal();
        assertThat(minimal.steps()).hasSizeLessThanOrEqualTo(MINIMAL_STEPS_MAX);
        String shown = Simulation.run(minimal, bug.members()).failure().orElseThrow();
        assertThat(Simulation.run(minimal).failure())
                .as("the same schedule, unbroken")
                .isEmpty();
        LINES.put(
                bug,
                String.format(
                        Locale.ROOT,
                        "| `%s` | %s | %d | %d | %.1f s |",
                        bug.id(),
                        shown.replace("|", "\\|"),
                        caught.get().number() + 1,
                        minimal.steps().size(),
                        ms / 1000.0));
    }

    @AfterAll
    static void writeTable() throws IOException {
        Files.createDirectories(TABLE.getParent());
        Files.writeString(
                TABLE,
                "| bug | what shows in the smallest schedule | schedules to detection | its steps | time, with shrinking"
                        + " |\n|---|---|---|---|---|\n" + String.join("\n", LINES.values()) + "\n");
    }
}
