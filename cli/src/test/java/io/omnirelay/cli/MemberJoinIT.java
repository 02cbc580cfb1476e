package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.TransportMode;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.PeerServiceGrpc;
import io.omnirelay.pki.PeerIdentity;
import io.omnirelay.pki.Pem;
import io.omnirelay.transport.tls.TrustedCas;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new member joins a quorum of real processes by a token, as its operators would have it join. */
class MemberJoinIT {
    private static final int BASE_PORT = 21_640;
    private static final int NEW_PORT = BASE_PORT + 50;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final char[] NO_PASSWORD = new char[0];

    @TempDir
    Path directory;

    private Cli cli;
    private Process joined;

    @BeforeEach
    void up() {
        cli = new Cli(directory);
        ok("quorum", "up", "--base-port", Integer.toString(BASE_PORT), "--wait", "180");
    }

    @AfterEach
    void down() throws Exception {
        if (joined != null) {
            joined.destroy();
            if (!joined.waitFor(20, TimeUnit.SECONDS)) {
                joined.destroyForcibly();
            }
        }
        ok("quorum", "down");
    }

    private String ok(String... args) {
        Cli.Result result = cli.run(args);
        assertThat(result.exitCode()).as("%s: %s", List.of(args), result.err()).isZero();
        return result.out();
    }

    private Path quorum() {
        return directory.resolve("quorum");
    }

    private Path host() {
        return directory.resolve("host-4");
    }

    private Path issue(String name, String... options) throws IOException {
        List<String> args = new ArrayList<>(List.of("mesh", "bootstrap", "issue-token", "--secret-only"));
        args.addAll(List.of(options));
        return Files.writeString(directory.resolve(name), ok(args.toArray(String[]::new)));
    }

    private Cli.Result join(String node, Path token, int server, String... options) {
        return joinInto(host(), node, token, server, options);
    }

    private Cli.Result joinInto(Path data, String node, Path token, int server, String... options) {
        List<String> args = new ArrayList<>(List.of("quorum", "join", node, "--token-file", token.toString()));
        args.addAll(List.of("--server", "127.0.0.1:" + server, "--data", data.toString()));
        args.addAll(List.of("--base-port", Integer.toString(NEW_PORT)));
        args.addAll(List.of(options));
        return cli.run(args.toArray(String[]::new));
    }

    private static void refused(Cli.Result result, int exitCode, String words) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
        assertThat(result.err()).contains(words);
    }

    private static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long start = System.nanoTime();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as(what).isLessThan(LIMIT_NANOS);
            Thread.sleep(100);
        }
    }

    @Test
    void memberJoinsByAToken_votes_renews_andIsOutForEverWhenItIsRevoked() throws Exception {
        Path token = issue(
                "token",
                "--member",
                "node-4",
                "--host",
                "127.0.0.1,registry-4.example",
                "--ttl",
                "30m",
                "--certificate-lifetime",
                "10m");
        refusals(token);

        // Cut off after the certificate was decided: the same again has the same certificate.
        refused(join("node-4", token, BASE_PORT, "--host", "10.9.9.9"), 2, "the certificate is not lost");
        assertThat(host()).doesNotExist();
        Cli.Result made = join("node-4", token, BASE_PORT + 10);
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains("server run --config").contains("quorum members add node-4 --host 127.0.0.1");
        String first = held();
        assertThat(certificates()).containsExactly(first);
        assertThat(join("node-4", token, BASE_PORT).out()).contains("already").contains("quorum members add");
        refusesReplay(token);
        String secret = Files.readString(token).strip().substring(21, 64);
        assertOnlyItsOwnSecrets(secret);
        notAClient();

        start();
        await("node-4 is added", () -> add().exitCode() == 0);
        Path context = context("node-1", "node-2", "node-3", "node-4");
        await(
                "node-4 is ready",
                () -> cli.run("mesh", "whoami", "--context", context.toString(), "--node", "node-4")
                                .exitCode()
                        == 0);
        assertThat(ok("quorum", "members", "list")).contains("node-4").contains("ready");
        ok("mesh", "peers", "register", "p-1", "--role", "gateway", "--context", context.toString());
        await("all four have the same state", () -> sameState(context, 4));
        assertThat(raftPort("node-1")).isEqualTo("accepted");

        await("it has renewed its certificate", () -> !held().equals(first));
        await("and shows the new one", () -> shown().equals(held()));

        String former = leaderBesideNode4(context);
        kill(former);
        await("another leads", () -> !leader().isEmpty() && !leader().equals(former));
        ok("mesh", "peers", "register", "p-2", "--role", "gateway", "--context", context.toString());
        Path living = context(Stream.of("node-1", "node-2", "node-3", "node-4")
                .filter(node -> !node.equals(former))
                .toArray(String[]::new));
        await("the three have the same state", () -> sameState(living, 3));

        ok("quorum", "up", "--wait", "180");
        await("all four have the same state again", () -> sameState(context, 4));
        revoked(context);
        for (String node : List.of("node-1", "node-2", "node-3")) {
            try (Stream<Path> logs = Files.walk(quorum().resolve(node).resolve("log"))) {
                for (Path log : logs.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(log)).doesNotContain(secret);
                }
            }
        }
    }

    /** While it follows: the leader's connections to it are open, and it has just acknowledged what came on them. */
    private void revoked(Path context) throws InterruptedException {
        String leader = leaderBesideNode4(context);
        assertThat(raftPort(leader)).isEqualTo("accepted");
        assertThat(row("node-4")).contains(" ready ");

        ok("mesh", "bootstrap", "revoke-certificate", "--spiffe-id", "node/node-4", "--yes", "--reason", "stolen");

        ok("mesh", "peers", "register", "p-3", "--role", "gateway");
        await("the leader hears nothing of it", () -> row("node-4").contains(" silent "));
        await("the three have the same state", () -> sameState(quorum().resolve("client.yaml"), 3));
        assertThat(local("node-1", "p-3", context).exitCode()).isZero();
        assertThat(local("node-4", "p-2", context).exitCode())
                .as("it answers from what it has")
                .isZero();
        refused(local("node-4", "p-3", context), ErrorCode.NOT_FOUND.exitCode(), "p-3");
        await("its certificate opens no Raft port", () -> raftPort(leader).equals("refused"));
        await(
                "one of the others leads",
                () -> List.of("node-1", "node-2", "node-3").contains(leader()));
        refused(
                cli.run("mesh", "bootstrap", "issue-token", "--member", "node-4", "--host", "h"),
                ErrorCode.ALREADY_EXISTS.exitCode(),
                "is a member of the quorum already");

        ok("quorum", "members", "remove", "node-4", "--yes");
        assertThat(ok("quorum", "members", "list").lines()).noneMatch(line -> line.startsWith("node-4 "));
        refused(
                cli.run("mesh", "bootstrap", "issue-token", "--member", "node-4", "--host", "h"),
                ErrorCode.ALREADY_EXISTS.exitCode(),
                "was removed");
        ok("mesh", "peers", "register", "p-4", "--role", "gateway");
        refused(local("node-4", "p-4", context), ErrorCode.NOT_FOUND.exitCode(), "p-4");
    }

    /** What the leader says of the member. */
    private String row(String node) {
        return ok("quorum", "members", "list")
                .lines()
                .filter(line -> line.startsWith(node + " "))
                .findFirst()
                .orElseThrow();
    }

    private Cli.Result local(String node, String peer, Path context) {
        return cli.run(
                "mesh",
                "peers",
                "get",
                peer,
                "--consistency",
                "local",
                "--node",
                node,
                "--context",
                context.toString());
    }

    /** None of them uses the token. */
    private void refusals(Path token) throws IOException {
        refused(join("node-5", token, BASE_PORT), 3, "is for spiffe://");
        assertThat(directory.resolve(".host-4.joining")).doesNotExist();
        refused(
                cli.run(
                        "mesh",
                        "bootstrap",
                        "join",
                        "--token-file",
                        token.toString(),
                        "--server",
                        "127.0.0.1:" + BASE_PORT,
                        "--out",
                        directory.resolve("workload").toString()),
                3,
                "is for a member of the quorum, node-4");
        Path workload = issue("workload-token", "--role", "gateway", "--spiffe-id", "workload/gateway/node-4");
        refused(join("node-4", workload, BASE_PORT), 3, "is for spiffe://");
        Path revoked = issue("revoked", "--member", "node-4", "--host", "127.0.0.1", "--batch", "rack");
        ok("mesh", "bootstrap", "revoke-token", "--batch", "rack", "--yes");
        refused(join("node-4", revoked, BASE_PORT + 20), 3, "was revoked");
        refused(
                cli.run("mesh", "bootstrap", "issue-token", "--member", "node-1", "--host", "h"),
                ErrorCode.ALREADY_EXISTS.exitCode(),
                "is a member of the quorum already");
        assertThat(ok("mesh", "bootstrap", "tokens", "--search", "node/node-4")).contains("0/1");
    }

    private void refusesReplay(Path token) throws IOException {
        Path other = directory.resolve("thief");
        for (int port : List.of(BASE_PORT, BASE_PORT + 10, BASE_PORT + 20)) {
            refused(joinInto(other, "node-4", token, port), 3, "used up: 1 of 1");
        }
        assertThat(other).doesNotExist();
    }

    private void assertOnlyItsOwnSecrets(String secret) throws IOException {
        try (Stream<Path> files = Files.walk(host())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
                String text = Files.readString(file);
                assertThat(text).doesNotContain(secret);
                assertThat(text.contains("PRIVATE KEY")).as(file.toString()).isEqualTo(file.endsWith("member.key"));
            }
        }
    }

    /** Its certificate authenticates nobody on the ports of clients. */
    private void notAClient() {
        ClientContext known = ClientContext.load(quorum());
        for (TransportMode transport : List.of(TransportMode.GRPC, TransportMode.HTTP3)) {
            ClientContext asMember = new ClientContext(
                    "member",
                    known.clusterId(),
                    known.endpoints(),
                    known.ca(),
                    memberFile("member.pem"),
                    memberFile("member.key"),
                    null);
            try (MeshKitClient client =
                    asMember.toBuilder().transport(transport).build()) {
                assertThat(catchThrowableOfType(
                                RegistryException.class,
                                () -> client.call(
                                        PeerServiceGrpc.getListPeersMethod(),
                                        ListPeersRequest.getDefaultInstance(),
                                        CallSettings.DEFAULT.withNode("node-1"))))
                        .as(transport.toString())
                        .isNotNull();
            }
        }
    }

    // --- The new member ---

    private Path memberFile(String name) {
        return host().resolve("node-4").resolve("tls").resolve(name);
    }

    private void start() throws IOException {
        Path config = host().resolve("node-4").resolve("server.yaml");
        List<String> command = Installation.ofProcess()
                .command(
                        Installation.SERVER,
                        List.of(
                                "--config",
                                config.toString(),
                                "--set",
                                "bootstrap.member-renew-percent=1",
                                "--set",
                                "tls.reload-interval-ms=1000"),
                        List.of("-Xmx512m"),
                        "OMNIRELAY_SERVER_JAVA_OPTS",
                        Map.of("OMNIRELAY_SERVER_JAVA_OPTS", Cli.NODE_OPTIONS));
        joined = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("node-4.log").toFile())
                .start();
    }

    private Cli.Result add() {
        assertThat(joined.isAlive()).isTrue();
        return cli.run(
                "quorum",
                "members",
                "add",
                "node-4",
                "--host",
                "127.0.0.1",
                "--base-port",
                Integer.toString(NEW_PORT),
                "--reason",
                "test");
    }

    private Path context(String... nodes) throws IOException {
        ClientContext known = ClientContext.load(quorum());
        List<Endpoint> endpoints = new ArrayList<>(known.endpoints());
        endpoints.add(new Endpoint("node-4", "127.0.0.1", NEW_PORT, NEW_PORT + 1));
        endpoints.removeIf(endpoint -> !List.of(nodes).contains(endpoint.node()));
        ClientContext more = new ClientContext(
                known.name(),
                known.clusterId(),
                endpoints,
                known.ca(),
                known.certificate(),
                known.key(),
                known.tokenFile());
        return Files.writeString(quorum().resolve("of-" + String.join("-", nodes) + ".yaml"), more.toYaml(quorum()));
    }

    /** Their serial numbers. */
    private List<String> certificates() {
        return ok("mesh", "bootstrap", "certificates", "--search", "node/node-4")
                .lines()
                .skip(1)
                .map(line -> line.split(" +")[0])
                .toList();
    }

    private String held() {
        try {
            return serial(Pem.certificate(Files.readString(memberFile("member.pem"))));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    /** The serial number of what its HTTPS port shows. */
    private String shown() {
        try (SSLSocket socket =
                connect(NEW_PORT, "http/1.1", ClientContext.load(quorum()).ca(), false)) {
            socket.startHandshake();
            return serial(PeerIdentity.of(socket.getSession()).orElseThrow().certificate());
        } catch (IOException e) {
            return "not shown: " + e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What the node's Raft port makes of the new member's certificate. */
    private String raftPort(String node) {
        int number = Integer.parseInt(node.substring("node-".length()));
        Path trust = quorum().resolve("tls/raft-ca.pem");
        try (SSLSocket socket = connect(BASE_PORT + 10 * (number - 1) + 2, "h2", trust, true)) {
            socket.startHandshake();
            // Of TLS 1.3, whose client learns only by reading what the server thinks of its certificate.
            return socket.getInputStream().read() >= 0 ? "accepted" : "closed";
        } catch (IOException e) {
            return "refused";
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private SSLSocket connect(int port, String protocol, Path trust, boolean asMember) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, NO_PASSWORD);
        if (asMember) {
            own.setKeyEntry(
                    "own",
                    Pem.privateKey(Files.readString(memberFile("member.key")), "EC"),
                    NO_PASSWORD,
                    new Certificate[] {Pem.certificate(Files.readString(memberFile("member.pem")))});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                keys.getKeyManagers(),
                new TrustManager[] {TrustedCas.of(Pem.certificates(Files.readString(trust)))},
                null);
        Socket plain = new Socket("127.0.0.1", port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        return socket;
    }

    // --- The quorum ---

    /** Empty: nobody, as far as those say who answer. */
    private String leader() {
        return cli.run("quorum", "members", "list")
                .out()
                .lines()
                .filter(line -> line.contains(" leader "))
                .map(line -> line.split(" +")[0])
                .findFirst()
                .orElse("");
    }

    private String leaderBesideNode4(Path context) throws InterruptedException {
        if (leader().equals("node-4")) {
            ok("quorum", "transfer-leadership", "--context", context.toString());
        }
        await("node-4 does not lead", () -> !leader().isEmpty() && !leader().equals("node-4"));
        return leader();
    }

    private void kill(String node) throws IOException {
        long pid = Long.parseLong(
                Files.readString(quorum().resolve(node).resolve("pid")).strip());
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    private boolean sameState(Path context, int nodes) {
        Cli.Result hashes = cli.run("quorum", "hash", "--context", context.toString());
        List<String> rows = hashes.out().lines().skip(1).toList();
        assertThat(hashes.exitCode()).as("diverged").isNotEqualTo(ErrorCode.CORRUPTION.exitCode());
        return rows.stream()
                                .map(row -> row.substring(row.indexOf(' ')))
                                .distinct()
                                .count()
                        == 1
                && rows.size() == nodes;
    }
}
