package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a quorum of real processes, which it makes, starts and stops. */
@Timeout(600)
class QuorumIT {
    private static final Path SAMPLE = Path.of("../samples/lakehouse-mesh.yaml");
    private static final String PEER = "eu-central-1-gateway-001";

    @TempDir
    Path directory;

    private Path data;
    private Cli cli;
    private int basePort;

    @BeforeEach
    void prepare() {
        data = directory.resolve("quorum");
        cli = new Cli(directory.resolve("state"));
        basePort = freeBasePort();
    }

    @AfterEach
    void stop() {
        if (Files.exists(data.resolve("client.yaml"))) {
            cli.run("quorum", "down", "--data", data.toString());
        }
    }

    private static int freeBasePort() {
        for (int base = 22_000; base < 30_000; base += 100) {
            if (Stream.iterate(base, port -> port + 1).limit(24).allMatch(QuorumIT::isFree)) {
                return base;
            }
        }
        throw new IllegalStateException("no free ports");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private Cli.Result up() {
        return cli.run(
                "quorum", "up", "--data", data.toString(), "--base-port", Integer.toString(basePort), "--wait", "180");
    }

    private String ok(String... args) {
        Cli.Result result = cli.run(args);
        assertThat(result.exitCode()).as("%s: %s", List.of(args), result.err()).isZero();
        return result.out();
    }

    private ProcessHandle process(String node) throws IOException {
        return ProcessHandle.of(Long.parseLong(
                        Files.readString(data.resolve(node).resolve("pid")).strip()))
                .orElseThrow();
    }

    @Test
    void quorum_fromUpToDown() throws Exception {
        Cli.Result up = up();
        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(up.out()).contains("The quorum is ready").contains("mkr_");
        assertSecret();

        assertThat(up().out()).contains("already running");
        assertThat(ok("quorum", "status")).contains("leader").contains("node-3");
        assertThat(ok("mesh", "whoami")).contains("mesh.admin");

        assertThat(ok("mesh", "import", SAMPLE.toString())).startsWith("1204 created, 0 changed");
        assertThat(ok("mesh", "import", SAMPLE.toString())).startsWith("0 created, 0 changed, 1204 unchanged");
        ok("mesh", "peers", "cordon", PEER, "--reason", "test", "--ticket", "CHG-1");
        for (String node : List.of("node-1", "node-2", "node-3")) {
            assertThat(ok("mesh", "peers", "get", PEER, "--node", node)).contains("cordoned");
            // The first entry is the quorum's own: what its access file said at its first start.
            assertThat(ok("mesh", "audit", "count", "--node", node, "--json")).contains("\"entries\": 1206");
        }
        growth();
        ok("quorum", "hash");
        assertThat(cli.run("mesh", "peers", "resume", PEER).exitCode()).isEqualTo(6);

        assertThat(process("node-1").destroyForcibly()).isTrue();
        process("node-1").onExit().join();
        assertThat(ok("mesh", "peers", "uncordon", PEER)).contains("changed");
        assertThat(up().out()).startsWith("node-1 ready");

        assertThat(ok("quorum", "down")).contains("node-1 stopped").contains("node-3 stopped");
        assertThat(cli.run("quorum", "status").exitCode()).isEqualTo(9);
        assertThat(ok("quorum", "down")).contains("node-2 was not running");
    }

    /** The smallest run that has every part: both sizes, a work that lists, and watchers. */
    private void growth() throws IOException {
        Path results = directory.resolve("growth");
        ok(
                "bench",
                "growth",
                "--context",
                data.toString(),
                "--shards",
                "150,200",
                "--work",
                "put,list",
                "--outstanding",
                "4",
                "--duration",
                "1s",
                "--warmup",
                "500ms",
                "--calm-within",
                "0",
                "--watchers",
                "20",
                "--out",
                results.toString());
        assertThat(ok("mesh", "shards", "list", "--namespace", "bench-growth-1024", "--limit", "200"))
                .contains("s0000000", "s0000199");
        assertThat(results.resolve("growth.md")).content().startsWith("`omnirelay bench growth --context ");
        assertThat(results.resolve("growth.md")).content().contains("| 150 | put |", "| 200 | list |", "| 20 | 2 |");
        assertThat(results.resolve("growth-shards.svg")).content().contains("<polyline");
        assertThat(results.resolve("growth-watchers.svg")).content().contains("<polyline");
    }

    private void assertSecret() throws IOException {
        for (String file :
                List.of("admin.token", "tls/ca.key", "tls/admin.key", "node-1/tls/raft.key", "access.yaml")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @Test
    void up_portInUse_namesItAndChangesNothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(basePort + 12, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            Cli.Result up = up();
            assertThat(up.exitCode()).isEqualTo(1);
            assertThat(up.err()).contains("port " + taken.getLocalPort()).contains("--base-port");
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void up_foreignDirectory_isRefused() throws Exception {
        Files.createDirectories(data);
        Files.writeString(data.resolve("mine.txt"), "mine");
        assertThat(up().exitCode()).isEqualTo(6);
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).containsExactly(data.resolve("mine.txt"));
        }
    }

    @Test
    void up_nodeThatDies_isShownAndTheOthersAreStopped() throws Exception {
        Cli.Result up = cli.with("OMNIRELAY_SERVER_JAVA_OPTS", "-XX:NoSuchFlag")
                .run("quorum", "up", "--data", data.toString(), "--base-port", Integer.toString(basePort));
        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.err()).contains("ended with exit code 1").contains("NoSuchFlag");
        for (String node : List.of("node-1", "node-2", "node-3")) {
            assertThat(ok("quorum", "down", "--data", data.toString())).contains(node + " was not running");
        }
    }

    @Test
    void down_recycledPid_isNotTouched() throws Exception {
        Cli.Result failed = cli.with("OMNIRELAY_SERVER_JAVA_OPTS", "-XX:NoSuchFlag")
                .run("quorum", "up", "--data", data.toString(), "--base-port", Integer.toString(basePort));
        assertThat(failed.exitCode()).isEqualTo(1);
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(data.resolve("node-1/pid"), stranger.pid() + "\n");
            assertThat(ok("quorum", "down", "--data", data.toString())).contains("node-1 was not running");
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }
}
