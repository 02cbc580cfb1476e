package io.meshkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.internal.v1.CurrentTermRequest;
import io.meshkit.internal.v1.NodeServiceGrpc;
import io.meshkit.server.process.FreePorts;
import io.meshkit.server.process.Mutators;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.ServerProcess;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.CountAuditRequest;
import io.meshkit.v1.CreateSnapshotRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.WhoAmIRequest;
import io.meshkit.v1.WhoAmIResponse;
import io.omnirelay.pki.Credential;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.tls.TlsContexts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three real processes, real TLS, real disks. The tests share the quorum and leave it whole. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RegistryServerIT {
    /** Snapshots and purges so often that a node that was away needs a checkpoint. */
    private static final Map<String, String> SETTINGS = Map.of(
            "raft",
            "{snapshot-threshold-entries: 40, log-entries-kept: 0, log-segment-bytes-max: 8192,"
                    + " election-timeout-min-ms: 600, election-timeout-max-ms: 1200}",
            // Audit entries are counted here, one for each mutation.
            "denials",
            "{flush-interval-ms: 0}");

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Mutators mutators;

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 3, SETTINGS);
        mutators = new Mutators(quorum);
    }

    @AfterAll
    static void stop() throws Exception {
        if (quorum != null) {
            quorum.close();
        }
    }

    private static void assertNothingLostNothingTwice() throws InterruptedException {
        for (String node : quorum.nodes()) {
            assertThat(TestQuorum.eventually(() -> as(AuditServiceGrpc.newBlockingStub(quorum.channel(node)))
                            .countAudit(CountAuditRequest.getDefaultInstance())
                            .getEntries()))
                    .as("audit rows of %s", node)
                    // And that of the access records with which the quorum began.
                    .isEqualTo(mutators.acknowledged() + 1);
        }
        Set<String> hashes = new HashSet<>();
        for (String node : quorum.nodes()) {
            GetStateHashResponse hash =
                    TestQuorum.eventually(() -> as(QuorumServiceGrpc.newBlockingStub(quorum.channel(node)))
                            .getStateHash(GetStateHashRequest.getDefaultInstance()));
            hashes.add(hash.getReadInfo().getRevision() + " " + hash.getChainHash() + " " + hash.getContentHash());
        }
        assertThat(hashes).hasSize(1);
    }

    private static <S extends AbstractStub<S>> S as(S stub) {
        return TestQuorum.as(QuorumFiles.ADMIN_TOKEN, stub);
    }

    @Test
    @Order(1)
    void leaderKilledAmidMutations_eachAcknowledgedOne_isThereOnce() throws Exception {
        mutators.start(8);
        mutators.awaitAcknowledged(100);
        String leader = quorum.leader();
        quorum.kill(leader);
        long killedAt = mutators.acknowledged();
        mutators.awaitAcknowledged(killedAt + 100);
        quorum.start(leader);
        mutators.awaitAcknowledged(killedAt + 200);
        mutators.stop();
        quorum.awaitReady(leader);

        assertNothingLostNothingTwice();
    }

    @Test
    @Order(2)
    void allKilledAmidMutations_eachAcknowledgedOne_isThereOnce() throws Exception {
        mutators.start(8);
        mutators.awaitAcknowledged(mutators.acknowledged() + 100);
        quorum.killAll();
        quorum.startAll();
        mutators.awaitAcknowledged(mutators.acknowledged() + 100);
        mutators.stop();

        assertNothingLostNothingTwice();
    }

    @Test
    @Order(3)
    void nodeAwayBeyondTheLog_comesBack_catchesUpByACheckpoint() throws Exception {
        String away = quorum.nodes().stream()
                .filter(node -> !node.equals(leader()))
                .findFirst()
                .orElseThrow();
        quorum.kill(away);
        mutators.start(8);
        mutators.awaitAcknowledged(mutators.acknowledged() + 300);
        mutators.stop();
        awaitSnapshotOfAll(away);
        quorum.start(away);
        quorum.awaitReady(away);

        assertNothingLostNothingTwice();
        assertThat(quorum.process(away).output()).containsIgnoringCase("checkpoint");
    }

    /** A leader holds log for a member that answered just now, and its first snapshot covers no more than that has. */
    private static void awaitSnapshotOfAll(String away) throws InterruptedException {
        long end = quorum.status(quorum.leader()).orElseThrow().getAppliedIndex();
        for (String node : quorum.nodes()) {
            long start = System.nanoTime();
            while (!node.equals(away) && snapshot(node) < end) {
                assertThat(System.nanoTime() - start)
                        .as("a snapshot of %s", node)
                        .isLessThan(LIMIT_NANOS);
                Thread.sleep(100);
            }
        }
    }

    private static long snapshot(String node) throws InterruptedException {
        return TestQuorum.eventually(() -> as(QuorumServiceGrpc.newBlockingStub(quorum.channel(node)))
                .createSnapshot(CreateSnapshotRequest.getDefaultInstance())
                .getLogIndex());
    }

    private static String leader() {
        try {
            return quorum.leader();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(4)
    void leadershipTransferred_askedOfAFollower_anotherLeads() throws Exception {
        String before = quorum.leader();
        String follower = quorum.nodes().stream()
                .filter(n -> !n.equals(before))
                .findFirst()
                .orElseThrow();

        long start = System.nanoTime();
        while (!transferredTo(follower) || !quorum.leader().equals(follower)) {
            // A busy machine may elect somebody else meanwhile: then that one is asked.
            assertThat(System.nanoTime() - start).isLessThan(LIMIT_NANOS);
        }
    }

    /** Asked of that node itself. */
    private static boolean transferredTo(String follower) {
        try {
            return as(QuorumServiceGrpc.newBlockingStub(quorum.channel(follower)))
                    .transferLeadership(TransferLeadershipRequest.newBuilder()
                            .setNode(follower)
                            .build())
                    .getLeader()
                    .equals(follower);
        } catch (StatusRuntimeException e) {
            ErrorCode code = Errors.of(e).code();
            assertThat(code == ErrorCode.PRECONDITION_FAILED || code.retryable())
                    .as("%s", e)
                    .isTrue();
            return false;
        }
    }

    @Test
    @Order(5)
    void clientCertificate_isItsPrincipal() throws Exception {
        Credential credential = quorum.files().clientCertificate("operator/admin");
        var channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", quorum.member("node-1").grpc())
                .sslContext(TlsContexts.client(new TlsMaterial(
                        credential.certificatePem(),
                        credential.privateKeyPem(),
                        quorum.files().clientCaPem())))
                .build();
        try {
            WhoAmIResponse me = QuorumServiceGrpc.newBlockingStub(channel).whoAmI(WhoAmIRequest.getDefaultInstance());

            assertThat(me.getPrincipal()).endsWith("/operator/admin").startsWith("spiffe://");
            assertThat(me.getMethod()).isEqualTo("mtls");
            assertThat(me.getScopesList()).contains("mesh.admin", "mesh.read");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    @Order(5)
    void certificateOfAClient_onTheNodePort_isRefused() {
        Credential credential = quorum.files().clientCertificate("node/node-2");
        var channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", quorum.member("node-1").nodePort())
                .sslContext(TlsContexts.client(new TlsMaterial(
                        credential.certificatePem(),
                        credential.privateKeyPem(),
                        quorum.files().clientCaPem())))
                .build();
        try {
            assertThat(catchThrowableOfType(
                                    StatusRuntimeException.class,
                                    () -> NodeServiceGrpc.newBlockingStub(channel)
                                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                                            .currentTerm(CurrentTermRequest.getDefaultInstance()))
                            .getStatus()
                            .getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    @Order(6)
    void credentials_missingWrongOrTooNarrow_areRefused() {
        var noToken = PeerServiceGrpc.newBlockingStub(quorum.channel("node-1"));
        var wrongToken = TestQuorum.as("mkr_wrong", noToken);
        var reader =
                TestQuorum.as(QuorumFiles.READER_TOKEN, QuorumServiceGrpc.newBlockingStub(quorum.channel("node-1")));
        GetPeerRequest request = GetPeerRequest.newBuilder().setId("x").build();

        assertThat(code(() -> noToken.getPeer(request))).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(code(() -> wrongToken.getPeer(request))).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(code(() -> reader.createSnapshot(CreateSnapshotRequest.getDefaultInstance())))
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    private static ErrorCode code(ThrowingCallable call) {
        RegistryException error = Errors.of(catchThrowableOfType(StatusRuntimeException.class, call));
        return error.code();
    }

    @Test
    @Order(7)
    void reads_everyLevelOnEveryNode_seeTheAcknowledged() throws InterruptedException {
        long revision = mutators.newestRevision();
        for (String node : quorum.nodes()) {
            for (ReadOptions options : List.of(
                    ReadOptions.getDefaultInstance(),
                    ReadOptions.newBuilder()
                            .setLevel(ReadLevel.READ_LEVEL_AT_LEAST)
                            .setMinRevision(revision)
                            .build(),
                    ReadOptions.newBuilder()
                            .setLevel(ReadLevel.READ_LEVEL_BOUNDED)
                            .setMaxStaleness(Durations.fromSeconds(5))
                            .build())) {
                var info = TestQuorum.eventually(() -> as(AuditServiceGrpc.newBlockingStub(quorum.channel(node)))
                        .countAudit(
                                CountAuditRequest.newBuilder().setRead(options).build())
                        .getReadInfo());
                assertThat(info.getNode()).isEqualTo(node);
                assertThat(info.getRevision()).isGreaterThanOrEqualTo(revision);
            }
        }
    }

    @Test
    @Order(8)
    void start_onWhatIsNotItsOwn_isRefusedWithAReason() throws Exception {
        Path config = quorum.member("node-1").config();
        try (ServerProcess again = ServerProcess.start(config)) {
            assertThat(again.exitStatus(120)).isEqualTo(1);
            assertThat(again.output()).contains("cannot be bound");
        }
        int port = FreePorts.find(1).getFirst();
        try (ServerProcess again = ServerProcess.start(
                config, "--set", "listen.raft-port=" + port, "--set", "members[0].raft-port=" + port)) {
            assertThat(again.exitStatus(120)).isEqualTo(1);
            assertThat(again.output()).contains("in use by another process");
        }
        quorum.kill("node-1");
        try (ServerProcess other = ServerProcess.start(config, "--set", "cluster.id=" + UUID.randomUUID())) {
            assertThat(other.exitStatus(120)).isEqualTo(1);
            assertThat(other.output())
                    .contains("belongs to cluster " + quorum.files().clusterId());
        }
        Path lost = Files.createTempDirectory("lost");
        try (ServerProcess other =
                ServerProcess.start(config, "--set", "node.data-dir=" + lost, "--set", "node.initial-state=existing")) {
            assertThat(other.exitStatus(120)).isEqualTo(1);
            assertThat(other.output()).contains("is empty, but node-1 is not new");
        }
        quorum.start("node-1");
        quorum.awaitReady("node-1");
    }

    @Test
    @Order(9)
    void leaderTerminated_handsOverAndEnds() throws Exception {
        String leader = quorum.leader();

        int status = quorum.process(leader).terminate();

        // 128 + SIGTERM: what a JVM ends with after its shutdown hooks.
        assertThat(status).isEqualTo(143);
        assertThat(quorum.process(leader).output()).contains("leads now");
        quorum.start(leader);
        quorum.awaitReady(leader);
        assertNothingLostNothingTwice();
    }
}
