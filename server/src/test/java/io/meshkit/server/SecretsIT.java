package io.meshkit.server;

import static io.meshkit.server.process.QuorumFiles.ADMIN_TOKEN;
import static io.meshkit.server.process.QuorumFiles.READER_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.meshkit.server.jwt.Issuer;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditOutcome;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.Binding;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.RevokeAccessRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A quorum of three is shown credentials of every kind, good, bad and malformed; nowhere is any of them found
 * afterwards. On the way: a JWT holds on every node as long as its bindings do, and what a follower refuses stands in
 * the audit history.
 */
class SecretsIT {
    private static final String MARK = "b3s0nd3rs-g3h31m-und-l4ng-g3nug-zum-f1nd3n";
    private static final long NOW_MS = System.currentTimeMillis();
    private static final Issuer ISSUER = new Issuer("set later", "it", NOW_MS);

    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private final List<String> secrets = new ArrayList<>(List.of(MARK, ADMIN_TOKEN, READER_TOKEN));
    private final List<String> answers = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Path jwks = Files.writeString(directory.resolve("jwks.json"), ISSUER.jwks());
        quorum = TestQuorum.start(
                directory,
                3,
                Map.of(
                        "authentication",
                        "{jwt: {issuer: \"" + Issuer.NAME + "\", jwks-file: " + jwks + "}}",
                        "denials",
                        "{flush-interval-ms: 200}",
                        "log",
                        "{level: debug}"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (quorum != null) {
            quorum.close();
        }
    }

    private AccessServiceGrpc.AccessServiceBlockingStub access(String node) {
        return TestQuorum.as(ADMIN_TOKEN, AccessServiceGrpc.newBlockingStub(quorum.channel(node)));
    }

    @Test
    void credentials_ofEveryKind_areFoundNowhere() throws Exception {
        String clusterId = quorum.files().clusterId().toString();
        // For longer than the quorum may take to start on a slow machine, which the issuer's minute is not.
        String jwt = ISSUER.token(claims -> claims.audience(clusterId).expirationTime(new Date(NOW_MS + 3_600_000)));
        String expired =
                ISSUER.token(claims -> claims.audience(clusterId).expirationTime(new Date(NOW_MS - 3_600_000)));
        String foreign = ISSUER.token(claims -> claims.audience("00000000-0000-0000-0000-000000000000"));
        String changed = jwt.substring(0, jwt.length() - 20) + "AAAAAAAAAAAAAAAAAAAA";
        for (String token : List.of(jwt, expired, foreign, changed)) {
            secrets.add(token);
            secrets.add(token.split("\\.")[1]);
            secrets.add(token.split("\\.")[2].substring(0, 40));
        }
        String binding = access("node-2")
                .grantAccess(GrantAccessRequest.newBuilder()
                        .setBinding(
                                Binding.newBuilder().setPrincipal("jwt:alice").setRole("mesh.operate"))
                        .build())
                .getBinding()
                .getId();
        IssueTokenResponse minted = access("node-3")
                .issueToken(IssueTokenRequest.newBuilder()
                        .setPrincipal("minted")
                        .setTtl(Duration.newBuilder().setSeconds(3_600))
                        .build());
        secrets.add(minted.getSecret());
        // Behind mkt and the id; it may hold an underscore itself.
        secrets.add(minted.getSecret().split("_", 3)[2]);

        for (String node : quorum.nodes()) {
            good(node, jwt);
            bad(node, List.of(expired, foreign, changed, minted.getSecret()));
        }
        Peer peer = TestQuorum.as(ADMIN_TOKEN, PeerServiceGrpc.newBlockingStub(quorum.channel("node-1")))
                .listPeers(ListPeersRequest.getDefaultInstance())
                .getPeers(0);
        assertThat(peer.getMeta().getUpdatedBy()).isEqualTo("jwt:alice");

        access("node-1")
                .revokeAccess(RevokeAccessRequest.newBuilder().setId(binding).build());
        for (String node : quorum.nodes()) {
            try (Rest rest = new Rest(quorum, node)) {
                // Of what one node refuses at about the same time the history has the newest reason: here, this one.
                answers.add(refused(rest, "GET", "/meshkit/peers", "", "authorization", "Bearer " + expired));
                assertThat(rest.call(jwt, "GET", "/meshkit/peers", "").statusCode())
                        .as(node)
                        .isEqualTo(403);
            }
        }
        List<AuditEntry> audit = awaitDenialsOfAllNodes();
        assertThat(audit)
                .anyMatch(entry -> entry.getActor().equals("jwt:alice")
                        && entry.getCredential().equals("jwt/id-1"));
        assertThat(audit.toString()).contains("jwt:alice may not use ListPeers", "the JWT has expired");
        answers.add(audit.toString());
        collect();

        for (String secret : secrets) {
            assertThat(answers).noneMatch(answer -> answer.contains(secret));
        }
        assertThat(filesWith(secrets)).isEmpty();
    }

    private void good(String node, String jwt) throws Exception {
        try (Rest rest = new Rest(quorum, node)) {
            HttpResponse<String> list = rest.call(jwt, "GET", "/meshkit/peers", "");
            assertThat(list.statusCode()).as(node + list.body()).isEqualTo(200);
            answers.add(rest.call(jwt, "GET", "/meshkit/access/whoami", "").body());
            assertThat(answers.getLast()).contains("jwt:alice");
        }
        TestQuorum.as(jwt, PeerServiceGrpc.newBlockingStub(quorum.channel(node)))
                .registerPeer(RegisterPeerRequest.newBuilder()
                        .setPeer(Peer.newBuilder().setId("of-" + node).setRole("worker"))
                        .build());
    }

    private void bad(String node, List<String> tokens) throws Exception {
        List<String> headers = new ArrayList<>();
        tokens.forEach(token -> headers.add("Bearer " + token));
        String basic = Base64.getEncoder().encodeToString(("user:" + MARK).getBytes(StandardCharsets.UTF_8));
        secrets.add(basic);
        headers.addAll(List.of(
                "Bearer mkt_0011223344556677_" + MARK,
                "Bearer " + MARK,
                "Bearer " + MARK + " " + MARK,
                "bearer\t" + MARK,
                "Basic " + basic,
                "Digest username=\"" + MARK + "\"",
                MARK,
                "Bearer ey" + MARK + "." + MARK + "." + MARK,
                "Bearer eyJhbGciOiJub25lIn0." + MARK + "."));
        try (Rest rest = new Rest(quorum, node)) {
            for (String header : headers) {
                answers.add(refused(rest, "GET", "/meshkit/peers", "", "authorization", header));
                answers.add(refused(rest, "POST", "/meshkit/peers/x:cordon", "{}", "authorization", header));
                answers.add(refused(rest, "GET", "/metrics", "", "authorization", header));
                answers.add(refused(rest, "GET", "/control/shards", "", "authorization", header, "x-mesh-scope", MARK));
            }
            answers.add(refused(rest, "GET", "/meshkit/peers?access_token=" + MARK, ""));
            answers.add(refused(rest, "GET", "/meshkit/peers", "", "x-api-key", MARK, "cookie", "t=" + MARK));
            // Who is somebody, and puts a secret where none belongs.
            answers.add(rest.call(ADMIN_TOKEN, "GET", "/meshkit/peers?access_token=" + MARK, "")
                    .body());
            answers.add(rest.call(ADMIN_TOKEN, "GET", "/meshkit/peers", "", "x-mesh-scope", MARK)
                    .body());
        }
        ManagedChannel http3 = quorum.http3(node);
        try {
            for (ManagedChannel channel : List.of(quorum.channel(node), http3)) {
                headers.stream().filter(header -> header.indexOf('\t') < 0).forEach(header -> grpc(channel, header));
            }
        } finally {
            http3.shutdownNow();
        }
    }

    private static String refused(Rest rest, String method, String path, String body, String... headers)
            throws Exception {
        HttpResponse<String> response = rest.call("", method, path, body, headers);
        assertThat(response.statusCode()).as(response.body()).isIn(400, 401, 403);
        return response.body() + response.headers().map();
    }

    private void grpc(ManagedChannel channel, String header) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), header);
        try {
            PeerServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .listPeers(ListPeersRequest.getDefaultInstance());
            throw new AssertionError("a bad credential was let through");
        } catch (StatusRuntimeException e) {
            answers.add(e.getStatus() + " " + e.getTrailers());
        }
    }

    /** The whole history, once it tells of refusals by each node. */
    private List<AuditEntry> awaitDenialsOfAllNodes() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            TreeSet<String> nodes = new TreeSet<>();
            audit(AuditOutcome.AUDIT_OUTCOME_DENIED).stream()
                    .flatMap(entry -> entry.getDeniedList().stream())
                    .filter(attempt -> attempt.getCode().equals("FORBIDDEN")
                            && attempt.getActor().equals("jwt:alice"))
                    .map(DeniedAttempt::getNode)
                    .forEach(nodes::add);
            if (nodes.containsAll(quorum.nodes())) {
                return audit(AuditOutcome.AUDIT_OUTCOME_UNSPECIFIED);
            }
            assertThat(System.nanoTime()).as("denials of %s alone", nodes).isLessThan(end);
            Thread.sleep(50);
        }
    }

    /** All of it: the slower the machine, the more entries have the refusals. */
    private static List<AuditEntry> audit(AuditOutcome outcome) throws InterruptedException {
        List<AuditEntry> entries = new ArrayList<>();
        String cursor = "";
        do {
            ListAuditRequest request = ListAuditRequest.newBuilder()
                    .setOutcome(outcome)
                    .setPage(PageRequest.newBuilder().setSize(500).setCursor(cursor))
                    .build();
            ListAuditResponse page = TestQuorum.eventually(
                    () -> TestQuorum.as(ADMIN_TOKEN, AuditServiceGrpc.newBlockingStub(quorum.channel("node-1")))
                            .listAudit(request));
            entries.addAll(page.getEntriesList());
            cursor = page.getNextCursor();
        } while (!cursor.isEmpty());
        return entries;
    }

    /** What anybody may see of a node from outside. */
    private void collect() throws Exception {
        for (String node : quorum.nodes()) {
            try (Rest rest = new Rest(quorum, node)) {
                String metrics = rest.call(ADMIN_TOKEN, "GET", "/metrics", "").body();
                assertThat(metrics).contains("meshkit_access_denied_total", "meshkit_jwt_keys 2");
                answers.add(metrics);
                for (String path : List.of(
                        "/meshkit/audit?pageSize=500",
                        "/meshkit/access/tokens",
                        "/meshkit/access/bindings",
                        "/healthz",
                        "/omnirelay/control/transport",
                        "/meshkit/quorum")) {
                    answers.add(rest.call(ADMIN_TOKEN, "GET", path, "").body());
                }
            }
            answers.add(Files.readString(Path.of("/proc/" + quorum.process(node).pid() + "/cmdline")));
            assertThat(answers.getLast()).contains("io.meshkit.server.RegistryServer");
            answers.add(quorum.process(node).output());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            quorum.member(node).directory().resolve("data"))))
                    .isEqualTo("rwx------");
        }
    }

    /** Of everything that the nodes have written: logs, the Raft log, the store. */
    private static List<String> filesWith(List<String> secrets) throws Exception {
        List<String> found = new ArrayList<>();
        AtomicInteger logs = new AtomicInteger();
        AtomicInteger data = new AtomicInteger();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = directory.relativize(file).toString();
                String text;
                try {
                    text = Files.readString(file, StandardCharsets.ISO_8859_1);
                } catch (NoSuchFileException e) {
                    return FileVisitResult.CONTINUE;
                }
                logs.addAndGet(path.contains("/log/") ? 1 : 0);
                data.addAndGet(path.contains("/data/") ? 1 : 0);
                secrets.stream().filter(text::contains).forEach(secret -> found.add(path + " has " + secret));
                return FileVisitResult.CONTINUE;
            }

            /** The nodes run: what one of them has deleted since it was listed is nowhere any more. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                return failure instanceof NoSuchFileException
                        ? FileVisitResult.CONTINUE
                        : super.visitFileFailed(file, failure);
            }
        });
        assertThat(logs.get()).isGreaterThanOrEqualTo(3);
        assertThat(data.get()).isGreaterThan(9);
        return found;
    }
}
