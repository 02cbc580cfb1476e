package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process smoke: a quorum of real processes whose leader is cut off, of which one is killed and one paused, under
 * load, judged. It needs namespaces and a packet filter, and says so where it is skipped.
 */
class JepsenIT {
    private static final Path DISTRIBUTION = Path.of("target/dist").toAbsolutePath();

    @TempDir
    Path directory;

    private record Outcome(int exitCode, String output) {}

    private Outcome jepsen(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(DISTRIBUTION.resolve("bin/omnirelay").toString(), "jepsen"));
        command.addAll(List.of(arguments));
        Path printed = directory.resolve("printed.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().put("OMNIRELAY_JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(9, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroy(); // It ends what it started.
        }
        return new Outcome(process.exitValue(), Files.readString(printed));
    }

    private static void assumePossible() throws IOException, InterruptedException {
        for (List<String> needed : List.of(
                List.of("unshare", "--net", "--mount", "--pid", "--fork", "nft", "list", "tables"),
                List.of(
                        "unshare",
                        "--map-root-user",
                        "--net",
                        "--mount",
                        "--pid",
                        "--fork",
                        "nft",
                        "list",
                        "tables"))) {
            try {
                Process process = new ProcessBuilder(needed)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor() == 0) {
                    return;
                }
            } catch (IOException e) {
                // There is no unshare.
            }
        }
        String reason = "SKIPPED process smoke: no private namespaces with nftables can be made here"
                + " (needs root or unprivileged user namespaces, util-linux, nftables)";
        System.out.println(reason);
        Assumptions.abort(reason);
    }

    @Test
    @Timeout(600)
    void smoke_leaderCutOffKilledPaused_isJudged() throws Exception {
        assumePossible();
        Path out = directory.resolve("run");

        Outcome run = jepsen(
                "run",
                "--workload=register",
                "--nemesis=partition:leader,kill,pause",
                "--require=partition,kill,pause",
                "--time-limit=24",
                "--quiet=3000",
                "--fault=2500",
                "--rate=100",
                "--seed=42",
                "--out=" + out);

        // How much a busy machine could do is no matter of right and wrong; everything else is.
        List<String> unproved = run.output()
                .lines()
                .filter(line -> line.matches("[a-z-]+ is (UNKNOWN|INVALID).*"))
                .filter(line -> !line.startsWith("rate is UNKNOWN"))
                .toList();
        assertThat(unproved).as(run.output()).isEmpty();
        assertThat(run.output())
                .contains("linearizable is VALID")
                .contains("recovery is VALID")
                .contains("processes is VALID")
                .contains("3 of 3 faults shown");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(run.output().contains("rate is UNKNOWN") ? 2 : 0);
        assertThat(out.resolve("history.jsonl")).isNotEmptyFile();
        assertThat(out.resolve("junit.xml")).content().contains("failures=\"0\"");
        assertThat(out.resolve("logs/node-1/console.log")).exists();
        Outcome again = jepsen(
                "check", "--workload=register", out.resolve("history.jsonl").toString());
        assertThat(again.exitCode()).as(again.output()).isZero();
    }

    @Test
    @Timeout(60)
    void badInput_isRefusedBeforeAnythingStarts() throws Exception {
        Outcome refused = jepsen("run", "--nemesis=partition:leadr", "--out=" + directory.resolve("run"));

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).contains("no nemesis 'partition:leadr'").contains("partition:leader");
        assertThat(directory.resolve("run")).doesNotExist();
    }
}
