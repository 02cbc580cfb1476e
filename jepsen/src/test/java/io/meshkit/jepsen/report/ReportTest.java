package io.meshkit.jepsen.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Path HISTORIES = Path.of("src/test/resources/histories/register");

    @TempDir
    Path directory;

    private static RunResult result(String file, Map<String, Long> evidence) throws IOException {
        History history = History.read(HISTORIES.resolve(file));
        TestInfo test = new TestInfo(
                "<register>",
                List.of("register"),
                List.of("kill"),
                List.of("n1", "n2", "n3"),
                42,
                60,
                300,
                6,
                "2026-01-01T00:00:00Z",
                "omnirelay jepsen run --seed 42",
                List.of(new TestInfo.Skipped("disk-full", "no tmpfs")),
                new LinkedHashMap<>());
        return new RunResult(
                test,
                history,
                Checkers.judge("register", history),
                List.of(new Fault("kill", "</script>", 0, 1, new LinkedHashMap<>(evidence))),
                List.of(new Leader(0, 1, "n1")));
    }

    @Test
    void verdict_faultWithoutEffect_isUnknown() throws IOException {
        assertThat(result("good/sequential.jsonl", Map.of("killed", 1L)).verdict())
                .isEqualTo(Verdict.VALID);
        assertThat(result("good/sequential.jsonl", Map.of("killed", 0L)).verdict())
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(result("bad/stale-read.jsonl", Map.of()).verdict()).isEqualTo(Verdict.INVALID);
    }

    @Test
    void write_invalidRun_leavesAllFiles() throws IOException {
        Report.write(directory, result("bad/stale-read.jsonl", Map.of("killed", 1L)));

        assertThat(History.read(directory.resolve(Report.HISTORY)))
                .isEqualTo(History.read(HISTORIES.resolve("bad/stale-read.jsonl")));
        JsonObject test = JsonParser.parseString(Files.readString(directory.resolve(Report.TEST)))
                .getAsJsonObject();
        assertThat(test.get("verdict").getAsString()).isEqualTo("invalid");
        assertThat(test.get("seed").getAsLong()).isEqualTo(42);
        assertThat(test.get("operations").toString()).isEqualTo("{\"fail\":0,\"info\":0,\"ok\":3}");
        assertThat(directory.resolve(Report.JUNIT))
                .content()
                .contains("failures=\"1\" errors=\"0\" skipped=\"1\"")
                .contains("&lt;register&gt;");
        assertThat(directory.resolve(Report.VERDICT)).content().contains("✗").endsWith("INVALID\n");
    }

    @Test
    void html_isWholeAndNeedsNothingElse() throws IOException {
        Report.write(directory, result("bad/stale-read.jsonl", Map.of("killed", 1L)));
        String html = Files.readString(directory.resolve(Report.HTML));

        assertThat(html).contains("key ns/a is not linearizable").doesNotContain("@@DATA@@");
        assertThat(html).doesNotContain("src=").doesNotContain("href=").doesNotContain("@import");
        // What the data says cannot end the element that it is in.
        assertThat(html.split("</script>", -1)).hasSize(3);
    }
}
