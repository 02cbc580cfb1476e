package io.meshkit.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixTest {
    @TempDir
    Path directory;

    private final Matrix matrix =
            new Matrix(List.of("register", "idem"), List.of("kill", "power"), Matrix.Manner.APART, 60, 100, 42);

    private Matrix.Cell read(String name, String verdict, String judgements) throws Exception {
        Path run = Files.createDirectories(directory.resolve(name));
        Files.writeString(run.resolve("test.json"), """
                {"verdict": "%s", "operations": {"ok": 90, "fail": 8, "info": 2},
                 "judgements": [%s], "faults": [{"name": "kill", "hasShown": true}]}
                """.formatted(verdict, judgements));
        return Matrix.read("register", "kill", run);
    }

    @Test
    void read_takesVerdictAndReasons() throws Exception {
        Matrix.Cell valid = read("a", "valid", """
                {"checker": "rate", "verdict": "valid", "reason": "r"}""");
        Matrix.Cell unknown = read("b", "unknown", """
                {"checker": "rate", "verdict": "unknown", "reason": "too slow"}""");

        assertThat(valid).isEqualTo(new Matrix.Cell("register", "kill", "valid", 90, 100, ""));
        assertThat(unknown.reason()).isEqualTo("rate: too slow");
        assertThat(unknown.text()).isEqualTo("unknown (90 of 100 ok): rate: too slow");
    }

    @Test
    void read_nothingLeft_isUnknownOrSkipped() throws Exception {
        assertThat(Matrix.read("register", "kill", directory.resolve("none")).verdict())
                .isEqualTo("unknown");
        Path skipped = Files.createDirectories(directory.resolve("skipped"));
        Files.writeString(skipped.resolve("skipped.txt"), "power: loop: no root\n");

        assertThat(Matrix.read("register", "power", skipped).text()).isEqualTo("skipped: power: loop: no root");
        Path torn = Files.createDirectories(directory.resolve("torn"));
        Files.writeString(torn.resolve("test.json"), "{\"verdict\"");
        assertThat(Matrix.read("register", "kill", torn).verdict()).isEqualTo("unknown");
    }

    @Test
    void read_ofSeveralTogether_takesItsOwnAndWhatConcernsAll() throws Exception {
        Path run = Files.createDirectories(directory.resolve("together"));
        Files.writeString(run.resolve("test.json"), """
                {"verdict": "invalid", "operations": {"ok": 90, "fail": 8, "info": 2},
                 "operationsByWorkload": {"register": {"ok": 50, "fail": 4, "info": 1},
                                          "idem": {"ok": 40, "fail": 4, "info": 1}},
                 "judgements": [
                  {"workload": "register", "checker": "linearizable", "verdict": "valid", "reason": "r"},
                  {"workload": "idem", "checker": "exactly-once", "verdict": "invalid", "reason": "twice"},
                  {"workload": "", "checker": "recovery", "verdict": "valid", "reason": "r"}],
                 "faults": [{"name": "kill", "hasShown": true}]}
                """);

        assertThat(Matrix.read("register", "kill", run))
                .isEqualTo(new Matrix.Cell("register", "kill", "valid", 50, 55, ""));
        assertThat(Matrix.read("idem", "kill", run))
                .isEqualTo(new Matrix.Cell("idem", "kill", "invalid", 40, 45, "exactly-once: twice"));
        assertThat(Matrix.read("shard", "kill", run).verdict())
                .as("never judged")
                .isEqualTo("unknown");
    }

    @Test
    void write_isATable() throws Exception {
        matrix.add(new Matrix.Cell("register", "kill", "valid", 90, 100, ""));
        matrix.add(new Matrix.Cell("idem", "power", "skipped", 0, 0, "no root"));
        matrix.write(directory);

        assertThat(directory.resolve("matrix.md")).hasContent("""
                Each pair in a run of its own; 60 s of load per run, 100 operations/s offered in all, seed 42.

                | fault | register | idem |
                |---|---|---|
                | `kill` | valid, 90/100 | not run |
                | `power` | not run | skipped |

                - idem × `power` is skipped: no root
                """);
        assertThat(directory.resolve("matrix.json")).content().contains("\"verdict\": \"skipped\"");
    }

    @Test
    void exitCode_isOfTheWorst() {
        assertThat(matrix.exitCode()).isZero();
        matrix.add(new Matrix.Cell("register", "kill", "valid", 90, 100, ""));
        assertThat(matrix.exitCode()).isZero();
        matrix.add(new Matrix.Cell("register", "power", "skipped", 0, 0, "no root"));
        assertThat(matrix.exitCode()).isEqualTo(2);
        matrix.add(new Matrix.Cell("idem", "kill", "invalid", 90, 100, "bad"));
        assertThat(matrix.exitCode()).isEqualTo(1);
    }
}
