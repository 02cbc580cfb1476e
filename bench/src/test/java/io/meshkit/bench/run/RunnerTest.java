package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.meshkit.bench.systems.Work;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunnerTest {
    @TempDir
    Path root;

    @Test
    void run_warmupRounds_areInTheFileAndInNoFigure() throws Exception {
        Plan plan = new Plan(List.of(Work.PUT), List.of(1), Duration.ZERO, Duration.ofMillis(20), 2, 1, 2, 100, 1);
        Results results = new Results(plan, Machine.current("", List.of()), null, Instant.EPOCH);
        StringWriter said = new StringWriter();
        Runner runner = new Runner(
                plan,
                List.of(new Line("map", new MapDriver(), new LocalNodes(root, List.of()), true)),
                new ProcFiles(root),
                new PrintWriter(said));
        runner.fill();
        Path file = root.resolve("bench.json");
        runner.run(results, file);
        assertThat(results.summaries())
                .singleElement()
                .satisfies(summary -> assertThat(summary.rounds()).isEqualTo(1));
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertThat(json.getAsJsonArray("warmups")).hasSize(2);
        assertThat(said.toString())
                .contains("  1/3 warm-up round 1 map put", "  2/3 warm-up round 2 map put", "  3/3 round 1 map put");
    }
}
