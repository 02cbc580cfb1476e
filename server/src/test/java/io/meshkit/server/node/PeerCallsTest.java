package io.meshkit.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.grpc.Context;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Commands;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.StateMeta;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Testimony;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.leases.LeaseAnswers;
import io.meshkit.server.leases.LeaseMetrics;
import io.meshkit.server.leases.LeaseSettings;
import io.meshkit.server.leases.Lessor;
import io.meshkit.server.members.MemberDirectory;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.server.verbs.Peers;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Command;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.RecordDenialsRequest;
import io.meshkit.v1.SeedAccessRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real node port of node-1, called by node-2 over real TLS. */
class PeerCallsTest {
    private static final NodeId SERVER = FakeReplica.SELF;

    @TempDir
    Path directory;

    private final FakeReplica replica = new FakeReplica();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private QuorumFiles files;
    private MemberChannels channels;
    private GrpcPeerRpc calls;
    private NodeServer server;
    private final DiskGate disk = new DiskGate("node-1", 1_000, new Counter());

    @BeforeEach
    void start() throws Exception {
        files = QuorumFiles.create(directory, 2, Map.of());
        startServer();
        channels = MemberChannels.open(
                new MemberDirectory(config(1)), MemberTls.open(config(1), standing(config(1))), executor);
        calls = new GrpcPeerRpc(channels);
    }

    private ServerConfig config(int index) throws Exception {
        return ServerConfig.load(files.members().get(index).config(), Map.of(), List.of());
    }

    private void startServer() throws Exception {
        ServerConfig config = config(0);
        Files.createDirectories(config.dataDirectory());
        server = NodePorts.open(
                config,
                MemberTls.open(config, standing(config)),
                standing(config),
                replica,
                disk,
                List.of(new LeaseNodeService(new LeaseAnswers(
                        SERVER,
                        new Lessor(
                                LeaseSettings.defaults(), System::nanoTime, new LeaseMetrics(new MetricRegistry()))))),
                executor);
    }

    @AfterEach
    void stop() {
        channels.close();
        server.close();
        executor.shutdownNow();
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(10, TimeUnit.SECONDS);
    }

    private static ErrorCode failure(CompletableFuture<?> answer) throws Exception {
        try {
            get(answer);
            throw new AssertionError("no failure");
        } catch (ExecutionException e) {
            return ((RegistryException) e.getCause()).code();
        }
    }

    @Test
    void forward_toTheLeaderInItsTerm_isApplied() throws Exception {
        assertThat(get(calls.forward(SERVER, Peers.register("p1"), 1, 5_000)).getRevision())
                .isEqualTo(1);
    }

    @Test
    void forward_ofWhatAMemberRefused_isApplied_andNothingElseOfTheSystem() throws Exception {
        Command denied = Commands.ofSystem(
                RecordDenialsRequest.newBuilder()
                        .addAttempts(DeniedAttempt.newBuilder().setActor("bob").setCount(1))
                        .build(),
                "meshkit:denials");
        assertThat(get(calls.forward(SERVER, Commands.withRequestId(denied, "d-1"), 1, 5_000))
                        .getRevision())
                .isEqualTo(1);
        Command seed = Commands.ofSystem(
                SeedAccessRequest.newBuilder()
                        .addBindings(
                                Binding.newBuilder().setPrincipal("mallory").setRole("mesh.admin"))
                        .build(),
                "meshkit:upkeep");
        assertThat(failure(calls.forward(SERVER, Commands.withRequestId(seed, "s-1"), 1, 5_000)))
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void forward_inAnotherTermOrToAFollower_isNotAppended() throws Exception {
        assertThat(failure(calls.forward(SERVER, Peers.register("p1"), 7, 5_000)))
                .isEqualTo(ErrorCode.NO_LEADER);
        replica.elect(Optional.of(FakeReplica.OTHER));
        assertThat(failure(calls.forward(SERVER, Peers.register("p1"), 2, 5_000)))
                .isEqualTo(ErrorCode.NO_LEADER);
        assertThat(replica.index()).isZero();
    }

    @Test
    void call_fromAContextThatEnds_isAnsweredAllTheSame() throws Exception {
        Context.CancellableContext ended = Context.current().withCancellation();
        ended.cancel(null);

        CompletableFuture<Long> answer = ended.call(() -> calls.readIndex(SERVER, 5_000));

        assertThat(get(answer)).isZero();
    }

    @Test
    void currentTermAndStatus_areTheMembers() throws Exception {
        assertThat(get(calls.currentTerm(SERVER, 5_000))).isEqualTo(1);
        assertThat(get(calls.status(SERVER, 5_000)).getNode()).isEqualTo(SERVER.value());
    }

    @Test
    void leaderLoss_isAnsweredByTheMember() throws Exception {
        NodeId leader = new NodeId("node-3");
        replica.losses = (suspect, term) -> new Testimony(suspect.equals(leader) && term == 4, 3, 17);

        assertThat(get(calls.leaderLoss(SERVER, leader, 4, 5_000))).isEqualTo(new Testimony(true, 3, 17));
        assertThat(get(calls.leaderLoss(SERVER, leader, 5, 5_000)).gone()).isFalse();
    }

    @Test
    void call_whileTheMemberIsAway_failsAndSucceedsAfterItsReturn() throws Exception {
        get(calls.currentTerm(SERVER, 5_000));
        server.close();
        ErrorCode away = failure(calls.currentTerm(SERVER, 5_000));
        startServer();
        long returned = System.nanoTime();
        boolean answered = false;
        while (!answered && System.nanoTime() - returned < TimeUnit.SECONDS.toNanos(30)) {
            answered = calls.currentTerm(SERVER, 1_000)
                    .handle((term, e) -> e == null)
                    .join();
        }

        assertThat(away.retryable()).as("%s", away).isTrue();
        assertThat(answered).isTrue();
    }

    @Test
    void fetchCheckpoint_isTheMembersState() throws Exception {
        replica.apply(Peers.register("p1"));
        Path into = Files.createDirectory(directory.resolve("fetched"));

        calls.fetchCheckpoint(SERVER, into);

        try (MemoryStore fetched = MemoryStore.restore(into, RegistryStateMachine.TABLES)) {
            assertThat(StateMeta.revision(fetched)).isEqualTo(1);
        }
        assertThat(config(0).dataDirectory().resolve("sending")).isEmptyDirectory();
    }

    @Test
    void fetchCheckpoint_memberAway_isAnIoException() throws Exception {
        server.close();
        Path into = Files.createDirectory(directory.resolve("fetched"));

        assertThatThrownBy(() -> calls.fetchCheckpoint(SERVER, into)).isInstanceOf(IOException.class);
    }

    private static NodeStanding standing(ServerConfig config) {
        return new NodeStanding(config.spiffeId(""));
    }
}
