package io.meshkit.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.jepsen.checker.Checkers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** Of every workload that can be judged. */
    private static List<Path> files(String kind) throws IOException {
        List<Path> sorted = new ArrayList<>();
        for (String workload : Checkers.workloads()) {
            try (Stream<Path> files = Files.list(HISTORIES.resolve(workload).resolve(kind))) {
                List<Path> ofWorkload = files.sorted().toList();
                assertThat(ofWorkload).as(workload).isNotEmpty();
                sorted.addAll(ofWorkload);
            }
        }
        return sorted;
    }

    private static String workload(Path file) {
        return file.getParent().getParent().getFileName().toString();
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
        assertThat(check("--workload", workload(file), file.toString()))
                .as(this::printed)
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badHistory_isInvalid(Path file) {
        assertThat(check("--workload=" + workload(file), file.toString()))
                .as(this::printed)
                .isEqualTo(1);
        assertThat(printed()).contains("✗").contains("⇒");
    }

    @Test
    void badHistory_showsTheOperationThatDoesNotFit() {
        check(HISTORIES.resolve("register/bad/stale-read.jsonl").toString());

        assertThat(printed()).isEqualTo("""
            linearizable is INVALID: 1 violation
              ✗ key ns/a is not linearizable
                  #0 p0 write "1" ok  [0, 1]
                  #2 p0 write "2" ok  [2, 3]
                  #4 p1 read "1" ok  [4, 5]
                  ⇒ no order of these explains every answer and respects real time; leave out any one of those without remark, and one does
            INVALID
            """);
    }

    @Test
    void badTransactions_showTheCircle() {
        check(
                "--workload",
                "append",
                HISTORIES.resolve("append/bad/circular-information-flow.jsonl").toString());

        assertThat(printed()).isEqualTo("""
            strict-serializable is INVALID: 1 violation
              ✗ transactions in a circle (G1c)
                  T0 = #2 +3.000 ms p0 ok txn [["append","x",1],["r","y",[1]]]
                  T1 = #3 +4.000 ms p1 ok txn [["append","y",1],["r","x",[1]]]
                  T0 before T1: T0 appended 1 to x, which was read (wr)
                  T1 before T0: T1 appended 1 to y, which was read (wr)
                  ⇒ each of them would have to come before itself
              judged: edges=2 reads=2 transactions=2
            INVALID
            """);
    }

    @Test
    void badWatch_showsWhatItLeftOut() {
        check("--workload", "watch", HISTORIES.resolve("watch/bad/gap.jsonl").toString());

        assertThat(printed()).contains("""
            watch is INVALID: 1 violation
              ✗ a watch left out a change
                  #1 +2.000 ms watch-1 info watch-event {"rev":1,"changes":[{"key":"a","value":"1"}]}
                  #2 +3.000 ms watch-1 info watch-event {"rev":3,"changes":[{"key":"a","value":"2"},{"key":"b","value":"2"}]}
                  ⇒ it never told revision 2 {b="1"}
            """);
    }

    @Test
    void severalWorkloads_eachIsJudgedByItsOwn() throws IOException {
        Path file = Files.writeString(directory.resolve("mixed.jsonl"), """
            {"index":0,"time":0,"process":0,"type":"invoke","f":"write","key":"r0","value":1,"workload":"register"}
            {"index":1,"time":1,"process":0,"type":"ok","f":"write","key":"r0","value":1,"workload":"register"}
            {"index":2,"time":2,"process":0,"type":"invoke","f":"lock-acquire","key":"l0","value":null,"workload":"lock","holder":"a","ttlMs":1000}
            {"index":3,"time":3,"process":0,"type":"ok","f":"lock-acquire","key":"l0","value":null,"workload":"lock","token":7}
            {"index":4,"time":4,"process":1,"type":"invoke","f":"lock-acquire","key":"l0","value":null,"workload":"lock","holder":"b","ttlMs":1000}
            {"index":5,"time":5,"process":1,"type":"ok","f":"lock-acquire","key":"l0","value":null,"workload":"lock","token":7}
            """);

        assertThat(check("--workload=register,lock", file.toString()))
                .as(this::printed)
                .isEqualTo(1);
        assertThat(printed())
                .contains("register: linearizable is VALID")
                .contains("lock: fencing is INVALID")
                .contains("one token has two holders")
                .contains("lock: one-holder is INVALID");
        assertThat(check("--workload=register", file.toString())).isZero();
    }

    @Test
    void unknownWorkload_isUnknownAndNamesTheKnown() {
        Path file = HISTORIES.resolve("register/good/sequential.jsonl");

        assertThat(check("--workload", "regster", file.toString())).isEqualTo(2);
        assertThat(check("--workloda", "register", file.toString())).isEqualTo(2);
        assertThat(printed())
                .contains("no workload regster")
                .contains("append, audit, idem")
                .contains("usage");
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
        assertThat(printed()).contains("linearizable is UNKNOWN: key a: the model does not know #0");
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
