package io.meshkit.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Histories made by hand, each named for what it shows. */
class CheckTest {
    private static final Path HISTORIES = Path.of("src/test/resources/histories");

    @TempDir
    Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    static List<Path> good() throws IOException {
        return files("good");
    }

    static List<Path> bad() throws IOException {
        return files("bad");
    }

    private static List<Path> files(String kind) throws IOException {
        try (Stream<Path> files = Files.list(HISTORIES.resolve(kind))) {
            List<Path> sorted = files.sorted().toList();
            assertThat(sorted).hasSizeGreaterThan(10);
            return sorted;
        }
    }

    private int check(String... args) {
        return Check.run(args, new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return output.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodHistory_isValid(Path file) {
        assertThat(check(file.toString())).as(this::printed).isZero();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badHistory_isInvalid(Path file) {
        assertThat(check(file.toString())).as(this::printed).isEqualTo(1);
    }

    @Test
    void badHistory_showsTheOperationThatDoesNotFit() {
        check(HISTORIES.resolve("bad/stale-read.jsonl").toString());

        assertThat(printed()).isEqualTo("""
                key ns/a is INVALID: no order explains it
                    #0 p0 write "1" ok
                    #2 p0 write "2" ok
                  ✗ #4 p1 read "1" ok does not fit anywhere after these
                INVALID: 0 keys valid, 1 invalid, 0 unknown
                """);
    }

    @Test
    void nothingToJudge_isUnknown() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.jsonl"), "");

        assertThat(check(empty.toString())).isEqualTo(2);
        assertThat(printed()).contains("nothing in it can be judged");
    }

    @Test
    void unknownOperation_isUnknown() throws IOException {
        Path file = Files.writeString(directory.resolve("txn.jsonl"), """
                {"index":0,"time":0,"process":0,"type":"invoke","f":"txn","key":"a","value":[]}
                {"index":1,"time":1,"process":0,"type":"ok","f":"txn","key":"a","value":[]}
                {"index":2,"time":2,"process":0,"type":"invoke","f":"write","key":"b","value":1}
                {"index":3,"time":3,"process":0,"type":"ok","f":"write","key":"b","value":1}
                """);

        assertThat(check(file.toString())).isEqualTo(2);
        assertThat(printed()).contains("key a is UNKNOWN").contains("1 keys valid, 0 invalid, 1 unknown");
    }

    @Test
    void unreadable_isUnknown() throws IOException {
        Path torn = Files.writeString(directory.resolve("torn.jsonl"), "{\"index\":0,");

        assertThat(check(torn.toString())).isEqualTo(2);
        assertThat(check(directory.resolve("absent").toString())).isEqualTo(2);
        assertThat(check()).isEqualTo(2);
        assertThat(printed()).contains("line 1").contains("cannot read").contains("usage");
    }
}
