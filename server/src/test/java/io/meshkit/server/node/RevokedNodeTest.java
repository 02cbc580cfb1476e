package io.meshkit.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.Counter;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.NodeId;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.members.MemberDirectory;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.server.verbs.Peers;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of connections that were open when a certificate was revoked: the real node port of node-1, called by
 * node-2 over real TLS. Each has a replica of its own, which says whose certificates it holds for revoked.
 */
class RevokedNodeTest {
    private static final NodeId SERVER = FakeReplica.SELF;
    private static final List<String> SERIALS = List.of("4" + "1".repeat(31), "4" + "2".repeat(31));

    @TempDir
    Path directory;

    private final FakeReplica ofServer = new FakeReplica();
    private final FakeReplica ofClient = new FakeReplica();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private MemberRecords atServer;
    private MemberRecords atClient;
    private MemberTls clientTls;
    private MemberChannels channels;
    private GrpcPeerRpc calls;
    private NodeServer server;

    @BeforeEach
    void start() throws Exception {
        QuorumFiles files = QuorumFiles.create(directory, 2, Map.of("limits", "{checkpoint-bytes-per-second: 2000}"));
        List<ServerConfig> configs =
                Stream.of(0, 1).map(i -> prepared(files, i)).toList();
        String prefix = configs.get(0).spiffeId("");
        atServer = new MemberRecords(ofServer, prefix);
        atClient = new MemberRecords(ofClient, prefix);
        for (MemberRecords records : List.of(atServer, atClient)) {
            records.joined("node-1", SERIALS.get(0));
            records.joined("node-2", SERIALS.get(1));
        }
        NodeStanding standing = standing(prefix, ofServer);
        server = NodePorts.open(
                configs.get(0),
                MemberTls.open(configs.get(0), standing),
                standing,
                ofServer,
                new DiskGate("node-1", 1_000, new Counter()),
                List.of(),
                executor);
        clientTls = MemberTls.open(configs.get(1), standing(prefix, ofClient));
        channels = MemberChannels.open(new MemberDirectory(configs.get(1)), clientTls, executor);
        calls = new GrpcPeerRpc(channels);
        get(calls.currentTerm(SERVER, 10_000));
    }

    private static NodeStanding standing(String prefix, FakeReplica replica) {
        NodeStanding standing = new NodeStanding(prefix);
        standing.attach(replica);
        replica.listen(standing);
        return standing;
    }

    /** Gives the member a certificate of a known serial number. */
    private static ServerConfig prepared(QuorumFiles files, int index) {
        QuorumFiles.Member member = files.members().get(index);
        try {
            ServerConfig config = ServerConfig.load(member.config(), Map.of(), List.of());
            Files.createDirectories(config.dataDirectory());
            KeyPair keys = CertificateAuthority.newKeys();
            Instant now = Instant.now();
            CertificateRequest request = CertificateRequest.forNode(
                    member.node(), List.of("127.0.0.1"), config.spiffeId(member.node()), Duration.ofHours(1));
            Credential credential = new Credential(
                    files.raftCa()
                            .certify(
                                    keys.getPublic(),
                                    request,
                                    new BigInteger(SERIALS.get(index), 16),
                                    now,
                                    now.plusSeconds(3600)),
                    keys.getPrivate());
            Path tls = member.directory().resolve("tls");
            Files.writeString(tls.resolve("raft.pem"), credential.certificatePem());
            Files.writeString(tls.resolve("raft.key"), credential.privateKeyPem());
            return config;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        channels.close();
        server.close();
        executor.shutdownNow();
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(15, TimeUnit.SECONDS);
    }

    private RegistryException refusal() {
        ExecutionException failure =
                catchThrowableOfType(ExecutionException.class, () -> get(calls.currentTerm(SERVER, 10_000)));
        assertThat(failure).isNotNull();
        return (RegistryException) failure.getCause();
    }

    @Test
    void inbound_callOfARevokedNode_isRefusedAtOnce_onTheConnectionThatIsOpen() throws Exception {
        atServer.revoke(SERIALS.get(1));

        RegistryException refusal = refusal();

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_LEADER);
        assertThat(refusal).as("not TLS has said it").hasMessageContaining("or its certificate was revoked");
    }

    @Test
    void inbound_callOfARemovedNode_isRefusedAtOnce_andOthersAreNot() throws Exception {
        atServer.note("node-3", State.REMOVED);
        atServer.revoke(SERIALS.get(0));
        assertThat(get(calls.currentTerm(SERVER, 10_000))).isEqualTo(1);

        atServer.note("node-2", State.REMOVED);

        assertThat(refusal()).hasMessageContaining("node-2 is no member of this quorum");
    }

    @Test
    void inbound_checkpointUnderWay_endsWithTheCertificate() throws Exception {
        ofServer.apply(Peers.register("p-1"));
        Path into = Files.createDirectory(directory.resolve("fetched"));
        CompletableFuture<IOException> failure = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(IOException.class, () -> calls.fetchCheckpoint(SERVER, into)), executor);
        awaitSomeBytes(into);
        assertThat(failure).as("the sender pauses after the first part").isNotDone();

        atServer.revoke(SERIALS.get(1));

        assertThat(failure.get(60, TimeUnit.SECONDS)).hasMessageContaining("its certificate was revoked");
    }

    private static void awaitSomeBytes(Path into) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try (Stream<Path> files = Files.walk(into)) {
                if (files.filter(Files::isRegularFile)
                                .mapToLong(file -> file.toFile().length())
                                .sum()
                        > 0) {
                    return;
                }
            }
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
            Thread.sleep(5);
        }
    }

    @Test
    void outbound_connectionToARevokedNode_isCut_andNoOtherIsMade() throws Exception {
        atClient.revoke(SERIALS.get(0));

        assertThat(clientTls.cutOff()).containsExactly(SERVER);

        assertThat(refusal().code().retryable()).isTrue();
        channels.disconnect(SERVER);
        for (int i = 0; i < 3; i++) {
            assertThat(refusal().code().retryable()).isTrue();
        }
    }

    @Test
    void outbound_connectionToWhoHolds_staysAsItIs() throws Exception {
        atClient.revoke(SERIALS.get(1));
        atClient.note("node-1", State.REMOVED);

        assertThat(clientTls.cutOff()).isEmpty();

        assertThat(get(calls.currentTerm(SERVER, 10_000))).isEqualTo(1);
    }

    @Test
    void outbound_disconnected_isMadeAnew() throws Exception {
        channels.disconnect(SERVER);

        assertThat(get(calls.currentTerm(SERVER, 10_000))).isEqualTo(1);
    }
}
