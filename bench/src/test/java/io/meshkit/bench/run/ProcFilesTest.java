package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFilesTest {
    private static final String STAT = "4711 (java (main) x) S 1 4711 4711 0 -1 4194560 81 0 3 0 1234 66 7 8 20 0 55 0 "
            + "99 8981840000 145582 18446744073709551615 1 1 0 0 0 0 0";

    @TempDir
    Path root;

    @Test
    void cpuNanos_nameWithBlanksAndBrackets_countsUserAndSystemTime() {
        assertThat(ProcFiles.cpuNanos(STAT)).isEqualTo(13_000_000_000L);
    }

    @Test
    void cpuNanos_noName_isRefused() {
        assertThatThrownBy(() -> ProcFiles.cpuNanos("4711 java S 1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void machineBusyNanos_leavesOutIdleAndWaitingAndGuests() {
        String stat = "cpu  100 20 30 9999 888 4 5 6 77 8\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
        assertThat(ProcFiles.machineBusyNanos(stat)).isEqualTo(1_650_000_000L);
    }

    @Test
    void sizeBytes_readsTheNamedLine() {
        String status = "Name:\tjava\nVmHWM:\t  600000 kB\nVmRSS:\t  582372 kB\n";
        assertThat(ProcFiles.sizeBytes(status, "VmRSS")).isEqualTo(582_372L * 1024);
        assertThat(ProcFiles.sizeBytes(status, "VmSwap")).isZero();
    }

    @Test
    void files_areReadWhereTheyAre() throws IOException {
        Path process = Files.createDirectories(root.resolve("4711"));
        Files.writeString(process.resolve("stat"), STAT);
        Files.writeString(process.resolve("status"), "VmRSS:\t 8 kB\n");
        Files.writeString(process.resolve("cmdline"), "java\0-cp\0a b\0");
        ProcFiles proc = new ProcFiles(root);
        assertThat(proc.cpuNanos(4711)).isEqualTo(13_000_000_000L);
        assertThat(proc.sizeBytes(4711, "VmRSS")).isEqualTo(8192);
        assertThat(proc.commandLine(4711)).containsExactly("java", "-cp", "a b");
    }

    @Test
    void processThatIsGone_costsNothing() {
        ProcFiles proc = new ProcFiles(root);
        assertThat(proc.cpuNanos(1)).isZero();
        assertThat(proc.sizeBytes(1, "VmRSS")).isZero();
        assertThat(proc.commandLine(1)).isEmpty();
        assertThat(proc.machineBusyNanos()).isZero();
    }

    @Test
    void localNodes_processOfAnotherProgram_isNotANode() throws IOException {
        Path quorum = Files.createDirectories(root.resolve("quorum"));
        for (String node : List.of("node-1", "node-2")) {
            Files.createDirectories(quorum.resolve(node));
        }
        Files.writeString(quorum.resolve("node-1").resolve("pid"), "4711\n");
        Files.writeString(quorum.resolve("node-2").resolve("pid"), "4712\n");
        process("4711", "java\0--config\0" + quorum.resolve("node-1").resolve("server.yaml") + "\0");
        process("4712", "editor\0");
        LocalNodes nodes = LocalNodes.find(quorum, List.of("node-1", "node-2", "node-3"), new ProcFiles(root));
        assertThat(nodes.nodes()).containsExactly(new LocalNodes.Node("node-1", 4711));
    }

    private void process(String pid, String commandLine) throws IOException {
        Files.writeString(Files.createDirectories(root.resolve(pid)).resolve("cmdline"), commandLine);
    }
}
