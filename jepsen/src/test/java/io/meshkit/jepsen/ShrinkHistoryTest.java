package io.meshkit.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShrinkHistoryTest {
    private static final Path HISTORIES = Path.of("src/test/resources/histories");

    @TempDir
    Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private int shrink(String... args) {
        return Shrink.run(args, new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    /** A stale read among fifty rounds of sound work on the same key and on another. */
    private Path longHistory() throws IOException {
        StringBuilder lines = new StringBuilder();
        long index = 0;
        for (int i = 1; i <= 50; i++) {
            for (String key : List.of("a", "b")) {
                for (String f : List.of("write", "read")) {
                    String read = key.equals("a") && i == 30 && f.equals("read") ? "29" : Integer.toString(i);
                    String asked = f.equals("read") ? "null" : read;
                    lines.append(line(index++, "invoke", f, key, asked)).append(line(index++, "ok", f, key, read));
                }
            }
        }
        return Files.writeString(directory.resolve("history.jsonl"), lines);
    }

    private static String line(long index, String type, String f, String key, String value) {
        return "{\"index\":" + index + ",\"time\":" + index + ",\"process\":0,\"type\":\"" + type + "\",\"f\":\"" + f
                + "\",\"key\":\"" + key + "\",\"value\":" + value + "}\n";
    }

    @Test
    void invalid_isMadeShort() throws IOException {
        assertThat(shrink(longHistory().toString())).isEqualTo(1);

        History minimal = History.read(directory.resolve("minimal.jsonl"));
        assertThat(minimal.operations().stream().map(operation -> operation.f() + " " + operation.value()))
                .containsExactly("write 29", "read 29", "write 30", "read 29");
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("8 events are left of 400");
    }

    @Test
    void everyKnownBadHistory_isStillInvalidAndNoLonger() throws IOException {
        for (String workload : List.of("lock", "lease", "shard", "rbac", "append", "watch", "idem", "audit")) {
            List<Path> files;
            try (Stream<Path> bad = Files.list(HISTORIES.resolve(workload).resolve("bad"))) {
                files = bad.sorted().toList();
            }
            for (Path file : files) {
                Path to = directory.resolve(workload + "-" + file.getFileName());
                assertThat(shrink("--workload=" + workload, "--out=" + to, file.toString()))
                        .as("%s", file)
                        .isEqualTo(1);
                List<Long> kept =
                        History.read(to).events().stream().map(Event::index).toList();
                List<Long> all =
                        History.read(file).events().stream().map(Event::index).toList();
                assertThat(kept).as("%s", file).isNotEmpty().isSubsetOf(all);
            }
        }
    }

    @Test
    void valid_isLeftAlone() {
        Path file = HISTORIES.resolve("register/good/sequential.jsonl");

        assertThat(shrink("--out=" + directory.resolve("m.jsonl"), file.toString()))
                .isZero();
        assertThat(directory.resolve("m.jsonl")).doesNotExist();
    }

    @Test
    void unreadable_isUnknown() throws IOException {
        Path torn = Files.writeString(directory.resolve("torn.jsonl"), "{\"index\":0,");

        assertThat(shrink(torn.toString())).isEqualTo(2);
        assertThat(shrink(directory.resolve("absent.jsonl").toString())).isEqualTo(2);
    }
}
