package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.BlockingWatch;
import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.TransportMode;
import io.meshkit.client.WatchSettings;
import io.meshkit.client.WatchSignal;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.WatchRequest;
import io.omnirelay.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the certificates that workloads have, on a quorum of real processes. */
class CertificateIT {
    private static final int BASE_PORT = 21_840;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @TempDir
    static Path directory;

    private static Cli cli;
    private static int peers;

    @BeforeAll
    static void up() throws Exception {
        cli = new Cli(directory);
        ok("quorum", "up", "--base-port", Integer.toString(BASE_PORT), "--wait", "180");
        Workload first = Workload.join("first", token("gateway", "--uses", "1"), "workload/gateway/first");
        ok(
                "mesh",
                "access",
                "bindings",
                "grant",
                "--group",
                "spiffe://" + first.context().clusterId() + "/workload/*",
                "--role",
                "mesh.operate");
    }

    @AfterAll
    static void down() {
        ok("quorum", "down");
    }

    private static String ok(String... args) {
        Cli.Result result = cli.run(args);
        assertThat(result.exitCode()).as("%s: %s", List.of(args), result.err()).isZero();
        return result.out();
    }

    /** The file of a new join token. */
    private static Path token(String role, String... options) throws Exception {
        List<String> args = new ArrayList<>(List.of("mesh", "bootstrap", "issue-token", "--secret-only", "--role", role));
        args.addAll(List.of(options));
        return Files.writeString(Files.createTempFile(directory, "token", ""), ok(args.toArray(String[]::new)));
    }

    /** Somebody who has joined; its files are in a directory of its own. */
    private record Workload(Path files) {
        static Workload join(String name, Path token, String spiffeId) {
            Workload workload = new Workload(directory.resolve(name));
            Cli.Result joined = tryToJoin(workload.files, token, spiffeId);
            assertThat(joined.exitCode()).as(joined.err()).isZero();
            return workload;
        }

        static Cli.Result tryToJoin(Path files, Path token, String spiffeId) {
            return cli.run(
                    "mesh",
                    "bootstrap",
                    "join",
                    "--token-file",
                    token.toString(),
                    "--server",
                    "127.0.0.1:" + BASE_PORT,
                    "--out",
                    files.toString(),
                    "--spiffe-id",
                    spiffeId);
        }

        ClientContext context() {
            return ClientContext.load(files);
        }

        /** Read from its file. */
        String serial() throws Exception {
            return Pem.certificate(Files.readString(files.resolve("workload.pem")))
                    .getSerialNumber()
                    .toString(16);
        }

        MeshKitClient client(TransportMode transport) {
            return context().toBuilder().transport(transport).build();
        }
    }

    private static void read(MeshKitClient client, String node) {
        client.call(
                PeerServiceGrpc.getListPeersMethod(),
                ListPeersRequest.getDefaultInstance(),
                CallSettings.DEFAULT.withNode(node));
    }

    private static void mutate(MeshKitClient client, String node) {
        client.call(
                PeerServiceGrpc.getRegisterPeerMethod(),
                RegisterPeerRequest.newBuilder()
                        .setPeer(Peer.newBuilder().setId("p-" + ++peers))
                        .build(),
                CallSettings.DEFAULT.withNode(node));
    }

    private static void good(MeshKitClient client) {
        for (String node : NODES) {
            read(client, node);
            mutate(client, node);
        }
    }

    /** Reads and mutations alike, on every node. */
    private static void refused(MeshKitClient client, String serial) {
        for (String node : NODES) {
            for (Runnable call : List.<Runnable>of(() -> read(client, node), () -> mutate(client, node))) {
                RegistryException refusal = catchThrowableOfType(RegistryException.class, call::run);
                assertThat(refusal).as(node).isNotNull();
                assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(ErrorCode.UNAUTHENTICATED);
                assertThat(refusal).hasMessageContaining("certificate " + serial + " was revoked");
            }
        }
    }

    private static BlockingWatch watch(MeshKitClient client, String node) throws InterruptedException {
        BlockingWatch watch =
                client.blockingWatch(WatchRequest.getDefaultInstance(), WatchSettings.DEFAULT.withNode(node));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!(watch.next(Duration.ofSeconds(1)) instanceof WatchSignal.Received)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        return watch;
    }

    /** Takes what comes until the watch ends. */
    private static RegistryException end(BlockingWatch watch) {
        return catchThrowableOfType(RegistryException.class, () -> {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                watch.next(Duration.ofSeconds(1));
            }
        });
    }

    @Test
    void revoked_isRefusedOnEveryNode_andItsWatchesEnd() throws Exception {
        Path token = token("gateway", "--uses", "2");
        Workload stolen = Workload.join("stolen", token, "workload/gateway/stolen");
        Workload other = Workload.join("other", token, "workload/gateway/other");
        try (MeshKitClient grpc = stolen.client(TransportMode.GRPC);
                MeshKitClient http3 = stolen.client(TransportMode.HTTP3);
                MeshKitClient untouched = other.client(TransportMode.AUTO);
                BlockingWatch watch = watch(grpc, "node-2");
                BlockingWatch overHttp3 = watch(http3, "node-3")) {
            good(grpc);
            good(http3);

            String dry = ok("mesh", "bootstrap", "revoke-certificate", stolen.serial(), "--dry-run");
            assertThat(dry).contains("dry run, would change");
            good(grpc);
            assertThat(cli.run("mesh", "bootstrap", "revoke-certificate", stolen.serial())
                            .err())
                    .contains("not confirmed");
            ok(
                    "mesh",
                    "bootstrap",
                    "revoke-certificate",
                    stolen.serial(),
                    "--yes",
                    "--reason",
                    "the disk was stolen",
                    "--node",
                    "node-1");

            refused(grpc, stolen.serial());
            refused(http3, stolen.serial());
            for (BlockingWatch each : List.of(watch, overHttp3)) {
                RegistryException end = end(each);
                assertThat(end).isNotNull();
                assertThat(end).hasMessageContaining("certificate " + stolen.serial() + " was revoked");
            }
            good(untouched);
        }
        Cli.Result anew = cli.run("mesh", "peers", "list", "--context", stolen.files().toString());
        assertThat(anew.exitCode()).as("a new connection").isEqualTo(3);
        assertThat(ok("mesh", "bootstrap", "certificates", "--search", "stolen")).contains("revoked");
        assertThat(ok("mesh", "bootstrap", "certificates", "--search", "gateway/other"))
                .contains("good");
        assertThat(ok("mesh", "audit", "list", "--json"))
                .contains("RevokeCertificates")
                .contains("the disk was stolen");
    }

    @Test
    void spiffeId_revoked_mayJoinAgain() throws Exception {
        Workload before = Workload.join("before", token("worker", "--peer", "w-1"), "workload/worker/w-1");
        Path exact = token("worker", "--peer", "w-1");

        ok("mesh", "bootstrap", "revoke-certificate", "--spiffe-id", "workload/worker/w-1", "--yes");
        Workload after = Workload.join("after", exact, "workload/worker/w-1");

        try (MeshKitClient old = before.client(TransportMode.AUTO);
                MeshKitClient fresh = after.client(TransportMode.AUTO)) {
            refused(old, before.serial());
            good(fresh);
        }
    }

    @Test
    void batch_revoked_endsItsCertificatesAndTokens() throws Exception {
        Path token = token("gateway", "--uses", "9", "--batch", "rack");
        Workload one = Workload.join("rack-1", token, "workload/gateway/rack-1");
        Workload two = Workload.join("rack-2", token, "workload/gateway/rack-2");
        Workload other = Workload.join("rack-3", token("gateway", "--batch", "next"), "workload/gateway/rack-3");

        ok("mesh", "bootstrap", "revoke-certificate", "--batch", "rack", "--yes", "--node", "node-3");

        try (MeshKitClient first = one.client(TransportMode.AUTO);
                MeshKitClient second = two.client(TransportMode.AUTO);
                MeshKitClient untouched = other.client(TransportMode.AUTO)) {
            refused(first, one.serial());
            refused(second, two.serial());
            good(untouched);
        }
        Cli.Result again = Workload.tryToJoin(directory.resolve("rack-4"), token, "workload/gateway/rack-4");
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.err()).contains("was revoked");
        assertThat(cli.run("mesh", "bootstrap", "issue-token", "--role", "gateway", "--batch", "rack")
                        .err())
                .contains("batch rack was revoked");
    }
}
