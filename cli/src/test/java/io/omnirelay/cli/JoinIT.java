package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workload joins a quorum of real processes, as its operator would have it join. */
class JoinIT {
    private static final int BASE_PORT = 21_740;

    @TempDir
    Path directory;

    private Cli cli;

    @BeforeEach
    void up() {
        cli = new Cli(directory);
        ok("quorum", "up", "--base-port", Integer.toString(BASE_PORT), "--wait", "180");
    }

    @AfterEach
    void down() {
        ok("quorum", "down");
    }

    private String ok(String... args) {
        Cli.Result result = cli.run(args);
        assertThat(result.exitCode()).as("%s: %s", List.of(args), result.err()).isZero();
        return result.out();
    }

    private static String server(int node) {
        return "127.0.0.1:" + (BASE_PORT + 10 * (node - 1));
    }

    private Path issue(String name, String... options) throws IOException {
        List<String> args = new ArrayList<>(List.of("mesh", "bootstrap", "issue-token", "--secret-only"));
        args.addAll(List.of(options));
        return Files.writeString(directory.resolve(name), ok(args.toArray(String[]::new)));
    }

    private Cli.Result join(Path token, String server, String out, String... options) {
        List<String> args = new ArrayList<>(List.of("mesh", "bootstrap", "join", "--token-file"));
        args.addAll(List.of(
                token.toString(),
                "--server",
                server,
                "--out",
                directory.resolve(out).toString()));
        args.addAll(List.of(options));
        return cli.run(args.toArray(String[]::new));
    }

    @Test
    void join_once_andNeverAgain() throws Exception {
        String gw1 = "workload/gateway/gw-1";
        Path token = issue("token", "--role", "gateway", "--expect", "host=edge-7");

        Cli.Result unattested = join(token, server(1), "no", "--spiffe-id", gw1, "--fact", "host=edge-8");
        assertThat(unattested.exitCode()).isEqualTo(3);
        assertThat(unattested.err()).contains("another host");

        Cli.Result joined = join(token, server(1), "gw", "--spiffe-id", gw1, "--fact", "host=edge-7");
        assertThat(joined.exitCode()).as(joined.err()).isZero();
        assertThat(joined.out()).contains("joined as spiffe://").contains("/" + gw1);
        Path gw = directory.resolve("gw");
        try (Stream<Path> files = Files.list(gw)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
        String context = gw.resolve("client.yaml").toString();
        for (String node : List.of("node-1", "node-2", "node-3")) {
            for (String transport : List.of("grpc", "http3")) {
                assertThat(ok("mesh", "whoami", "--context", context, "--node", node, "--transport", transport))
                        .contains("/" + gw1)
                        .contains("mtls");
            }
        }
        assertThat(cli.run("mesh", "peers", "list", "--context", context).exitCode())
                .as("nothing is bound to it yet")
                .isEqualTo(3);
        String id =
                ok("mesh", "whoami", "--context", context, "--json").replaceAll("(?s).*(spiffe://[^\"]+gw-1).*", "$1");
        ok("mesh", "access", "bindings", "grant", "--principal", id, "--role", "mesh.operate");
        ok("mesh", "peers", "register", "gw-1", "--role", "gateway", "--context", context);
        assertThat(ok("mesh", "audit", "list", "--json")).contains(id).doesNotContain("mkj_");

        for (int node = 1; node <= 3; node++) {
            Cli.Result again =
                    join(token, server(node), "again", "--spiffe-id", "workload/gateway/gw-2", "--fact", "host=edge-7");
            assertThat(again.exitCode()).isEqualTo(3);
            assertThat(again.err()).contains("used up: 1 of 1");
        }
        assertThat(ok("mesh", "bootstrap", "tokens")).contains("1/1").contains("used up");
        assertThat(ok("mesh", "bootstrap", "certificates", "--spiffe-id", id)).contains("gateway");

        refusals(token);
        noSecretInLogs(token);
    }

    private void refusals(Path spent) throws Exception {
        String text = Files.readString(spent).strip();
        Path forged =
                Files.writeString(directory.resolve("forged"), text.substring(0, text.length() - 64) + "0".repeat(64));
        Cli.Result wrong = join(forged, server(1), "wrong");
        assertThat(wrong.exitCode()).isEqualTo(3);
        assertThat(wrong.err()).contains("is not of the quorum").contains("the token was not sent");

        Path revoked = issue("revoked", "--role", "gateway", "--peer", "gw-9", "--batch", "rack");
        ok("mesh", "bootstrap", "revoke-token", "--batch", "rack", "--yes");
        assertThat(join(revoked, server(2), "revoked-out").err()).contains("was revoked");

        Path expired = issue("expired", "--role", "gateway", "--peer", "gw-8", "--ttl", "1s");
        assertThat(ok("mesh", "bootstrap", "tokens", "--search", "gw-8")).contains("gw-8");
        awaitExpiry();
        assertThat(join(expired, server(3), "expired-out").err()).contains("has expired");

        Path fresh = issue("fresh", "--role", "gateway", "--peer", "gw-7");
        Files.move(node("node-1").resolve("tls/issuer.key"), directory.resolve("issuer.key"));
        Cli.Result without = join(fresh, server(1), "without");
        assertThat(without.exitCode()).isEqualTo(6);
        assertThat(without.err()).contains("issuing key").contains("another node");
        Cli.Result next = join(fresh, server(1) + "," + server(2), "next");
        assertThat(next.exitCode()).as(next.err()).isZero();
        Files.move(directory.resolve("issuer.key"), node("node-1").resolve("tls/issuer.key"));
    }

    /** Until the table says so: the state of a token is shown by the clock. */
    private void awaitExpiry() {
        long start = System.nanoTime();
        while (!ok("mesh", "bootstrap", "tokens", "--search", "gw-8").contains("expired")) {
            assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
            Thread.onSpinWait();
        }
    }

    private Path node(String name) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.endsWith(name) && Files.isDirectory(file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void noSecretInLogs(Path token) throws IOException {
        String secret = Files.readString(token).strip().substring(21, 64);
        for (String name : List.of("node-1", "node-2", "node-3")) {
            try (Stream<Path> files = Files.walk(node(name).resolve("log"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file)).doesNotContain(secret);
                }
            }
        }
    }
}
