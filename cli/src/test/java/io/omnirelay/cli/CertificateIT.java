package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.client.BlockingWatch;
import io.meshkit.client.CallSettings;
import io.meshkit.client.CertificateKeeper;
import io.meshkit.client.ClientContext;
import io.meshkit.client.JoinedIdentity;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.TransportMode;
import io.meshkit.client.WatchSettings;
import io.meshkit.client.WatchSignal;
import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WatchRequest;
import io.omnirelay.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the certificates that workloads have, on a quorum of real processes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CertificateIT {
    private static final int BASE_PORT = 21_840;
    /** After all others, that they may last as long as a certificate. */
    private static final int BEFORE_POLICIES = Order.DEFAULT + 1;
    /** They bind everybody's certificates. */
    private static final int POLICIES = BEFORE_POLICIES + 1;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @TempDir
    static Path directory;

    private static Cli cli;
    private static int peers;
    private static FutureTask<Void> shortLived;

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
        ShortLived life = new ShortLived();
        shortLived = new FutureTask<>(() -> {
            life.live();
            return null;
        });
        Thread.ofVirtual().name("short-lived").start(shortLived);
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
        List<String> args =
                new ArrayList<>(List.of("mesh", "bootstrap", "issue-token", "--secret-only", "--role", role));
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
        Cli.Result anew =
                cli.run("mesh", "peers", "list", "--context", stolen.files().toString());
        assertThat(anew.exitCode()).as("a new connection").isEqualTo(3);
        assertThat(ok("mesh", "bootstrap", "certificates", "--search", "stolen"))
                .contains("revoked");
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

    private static String renew(Workload workload, String... options) {
        List<String> args = new ArrayList<>(
                List.of("mesh", "bootstrap", "renew", workload.files().toString()));
        args.addAll(List.of(options));
        return ok(args.toArray(String[]::new));
    }

    /** The files as they are now, for somebody else. */
    private static Workload copy(Workload workload, String name) throws Exception {
        Path copy = Files.createDirectory(directory.resolve(name));
        for (String file : List.of("workload.key", "workload.pem", "ca.pem", "client.yaml")) {
            Files.copy(workload.files().resolve(file), copy.resolve(file));
        }
        return new Workload(copy);
    }

    @Test
    void renewed_hasTheSameIdentity_andTheOldOneIsGoodUntilItIsRevoked() throws Exception {
        Workload workload = Workload.join("renewing", token("gateway"), "workload/gateway/renewing");
        Workload before = copy(workload, "renewing-before");
        assertThat(renew(workload, "--if-due")).contains("not due before");
        assertThat(workload.serial()).isEqualTo(before.serial());

        try (MeshKitClient running = workload.client(TransportMode.AUTO);
                MeshKitClient overGrpc = workload.client(TransportMode.GRPC);
                MeshKitClient old = before.client(TransportMode.AUTO)) {
            good(running);
            good(overGrpc);
            good(old);

            assertThat(renew(workload)).contains("renewed spiffe://").contains("/workload/gateway/renewing");

            assertThat(workload.serial()).isNotEqualTo(before.serial());
            for (String file : List.of("workload.key", "workload.pem", "ca.pem", "workload-ca.pem", "client.yaml")) {
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(workload.files().resolve(file))))
                        .as(file)
                        .isEqualTo("rw-------");
            }
            good(old);
            running.reconnect();
            overGrpc.reconnect();
            ok("mesh", "bootstrap", "revoke-certificate", before.serial(), "--yes");
            refused(old, before.serial());
            good(running);
            good(overGrpc);
        }
        Cli.Result again = cli.run("mesh", "bootstrap", "renew", before.files().toString());
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.err()).contains("was revoked");
        renew(workload);
        assertThat(ok("mesh", "bootstrap", "certificates", "--search", "gateway/renewing", "--json"))
                .contains("\"renewedFrom\"");
        assertThat(ok("mesh", "audit", "list", "--json")).contains("RenewCertificate");
    }

    @Test
    void renewal_ofARevokedBatch_isRefused() throws Exception {
        Workload workload = Workload.join("last", token("gateway", "--batch", "last"), "workload/gateway/last");
        ok("mesh", "bootstrap", "revoke-token", "--batch", "last", "--yes");
        String serial = workload.serial();

        Cli.Result refused =
                cli.run("mesh", "bootstrap", "renew", workload.files().toString());

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("batch last, by which it was made, was revoked");
        assertThat(workload.serial()).isEqualTo(serial);
        try (MeshKitClient client = workload.client(TransportMode.AUTO)) {
            good(client);
        }
    }

    @Test
    void renewal_replayed_isTheFirstOne_andNobodyElses() throws Exception {
        Path token = token("gateway", "--uses", "2");
        Workload workload = Workload.join("replayed", token, "workload/gateway/replayed");
        Workload other = Workload.join("replaying", token, "workload/gateway/replaying");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        String key = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(keys.getPublic().getEncoded()));
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(PossessionProof.ofRenewal(workload.context().clusterId(), workload.serial(), key));
        RenewCertificateRequest request = RenewCertificateRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder().setRequestId("renewal-once"))
                .setCertificateRequest(csr(keys))
                .setSignature(ByteString.copyFrom(signer.sign()))
                .build();

        try (MeshKitClient client = workload.client(TransportMode.AUTO);
                MeshKitClient another = other.client(TransportMode.AUTO)) {
            JoinResponse first = client.call(BootstrapServiceGrpc.getRenewCertificateMethod(), request);
            JoinResponse again = client.call(
                    BootstrapServiceGrpc.getRenewCertificateMethod(), request, CallSettings.DEFAULT.withNode("node-3"));
            assertThat(again.getCertificate()).isEqualTo(first.getCertificate());
            assertThat(again.getResult().getReplayed()).isTrue();
            RegistryException stolen = catchThrowableOfType(
                    RegistryException.class,
                    () -> another.call(BootstrapServiceGrpc.getRenewCertificateMethod(), request));
            assertThat(stolen.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(stolen).hasMessageContaining("not signed by the requested key");
        }
    }

    private static String csr(KeyPair keys) throws Exception {
        byte[] der = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                .getEncoded();
        return "-----BEGIN CERTIFICATE REQUEST-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    @Test
    @Order(POLICIES)
    void policies_boundWhatIsIssuedJoinedWithAndRenewed() throws Exception {
        Path token = token("gateway", "--uses", "2");
        Workload workload = Workload.join("bounded", token, "workload/gateway/bounded");
        ok("mesh", "bootstrap", "policies", "put", "workers", "--role", "worker", "--spiffe-id", "workload/worker/*");
        try {
            Cli.Result refused = cli.run("mesh", "bootstrap", "issue-token", "--role", "gateway", "--node", "node-2");
            assertThat(refused.exitCode()).isEqualTo(6);
            assertThat(refused.err()).contains("no issuing policy covers role gateway");
            token("worker", "--peer", "w-9");
            assertThat(Workload.tryToJoin(directory.resolve("unbounded"), token, "workload/gateway/unbounded")
                            .err())
                    .contains("no issuing policy");
            assertThat(cli.run("mesh", "bootstrap", "renew", workload.files().toString())
                            .err())
                    .contains("no issuing policy");
            assertThat(ok("mesh", "bootstrap", "policies", "list")).contains("workers");
        } finally {
            ok("mesh", "bootstrap", "policies", "delete", "workers", "--yes");
        }
        renew(workload);
    }

    /** One whose certificate lives for the shortest lifetime there is, a minute: it goes on beside the other tests. */
    private static final class ShortLived {
        private final Workload workload;
        private final Workload before;
        private final List<String> failures = new CopyOnWriteArrayList<>();

        ShortLived() throws Exception {
            workload =
                    Workload.join("short", token("gateway", "--certificate-lifetime", "1m"), "workload/gateway/short");
            before = copy(workload, "short-before");
        }

        /** Until the first certificate has expired. */
        void live() throws Exception {
            try (MeshKitClient kept = workload.client(TransportMode.AUTO);
                    MeshKitClient left = before.client(TransportMode.AUTO);
                    BlockingWatch watch = watch(kept, "node-2");
                    CertificateKeeper keeper = keeper(kept)) {
                long deadline = System.nanoTime() + 2 * PATIENCE.toNanos();
                while (!isUnauthenticated(left)) {
                    assertThat(System.nanoTime()).as("expires").isLessThan(deadline);
                    read(kept, "node-1");
                    watch.next(Duration.ofMillis(100));
                }
                for (String node : NODES) {
                    read(kept, node);
                }
                assertThat(watch.hasEnded()).isFalse();
            }
            assertThat(failures).isEmpty();
            assertThat(workload.serial()).isNotEqualTo(before.serial());
        }

        /** Another failure says only that the machine is busy. */
        private static boolean isUnauthenticated(MeshKitClient client) {
            RegistryException failure = catchThrowableOfType(RegistryException.class, () -> read(client, "node-1"));
            return failure != null && failure.code() == ErrorCode.UNAUTHENTICATED;
        }

        private CertificateKeeper keeper(MeshKitClient kept) {
            return CertificateKeeper.start(workload.files(), new CertificateKeeper.Listener() {
                @Override
                public void renewed(JoinedIdentity identity) {
                    kept.reconnect();
                }

                @Override
                public void failed(RegistryException why, boolean last) {
                    // What is tried again in time is no harm.
                    if (last) {
                        failures.add(why.getMessage());
                    }
                }
            });
        }
    }

    @Test
    @Order(BEFORE_POLICIES)
    void keeper_renewsInTime_andARunningClientOutlivesItsFirstCertificate() throws Exception {
        shortLived.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try (MeshKitClient client = new Workload(directory.resolve("short")).client(TransportMode.AUTO)) {
            good(client);
        }
    }
}
