package io.meshkit.jepsen.injvm;

import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.StateMeta;
import io.meshkit.raft.ApplyListener;
import io.meshkit.raft.CheckpointManifest;
import io.meshkit.raft.Member;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.PeerRpc;
import io.meshkit.raft.RaftLimits;
import io.meshkit.raft.RaftTimeouts;
import io.meshkit.raft.RaftTls;
import io.meshkit.raft.RatisReplica;
import io.meshkit.raft.ReplicaConfig;
import io.meshkit.raft.ReplicaParts;
import io.meshkit.raft.SnapshotPolicy;
import io.meshkit.raft.StateFunction;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.storage.rocksdb.RocksDbStore;
import io.meshkit.v1.LogEntry;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Three members in this JVM: the real registry on real Ratis over loopback with mutual TLS, and real disks. */
final class InJvmQuorum implements AutoCloseable {
    private static final int MEMBERS = 3;
    private static final long AWAIT_SECONDS = 60;

    private final Path root;
    private final UUID clusterId = UUID.randomUUID();
    private final SnapshotPolicy snapshots;
    private final CertificateAuthority ca = CertificateAuthority.create("raft", Duration.ofDays(1));
    private final List<Member> members = new ArrayList<>();
    private final Map<NodeId, RatisReplica> running = new ConcurrentHashMap<>();

    /** Reasons for which a member would have halted. */
    final List<String> fatals = Collections.synchronizedList(new ArrayList<>());

    /** Who fetched a checkpoint. */
    final List<NodeId> fetches = Collections.synchronizedList(new ArrayList<>());

    InJvmQuorum(Path root, SnapshotPolicy snapshots) throws Exception {
        this.root = root;
        this.snapshots = snapshots;
        List<ServerSocket> reserved = new ArrayList<>();
        for (int i = 1; i <= MEMBERS; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            reserved.add(socket);
            members.add(Member.voter(new NodeId("n" + i), "127.0.0.1", socket.getLocalPort()));
        }
        for (ServerSocket socket : reserved) {
            socket.close();
        }
        for (Member member : members) {
            start(member.id());
        }
        leader();
    }

    void start(NodeId node) throws Exception {
        Path directory = Files.createDirectories(root.resolve(node.value()));
        RaftLimits limits = RaftLimits.defaults();
        ReplicaConfig config = ReplicaConfig.of(node, clusterId, members, directory, tls(node))
                .withTimeouts(new RaftTimeouts(
                        Duration.ofMillis(500),
                        Duration.ofMillis(1000),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(500)))
                .withLimits(new RaftLimits(
                        limits.commandBytesMax(),
                        limits.entryCommandsMax(),
                        limits.entryBytesMax(),
                        limits.entriesInFlightMax(),
                        limits.queueCommandsMax(),
                        limits.queueBytesMax(),
                        limits.logEntryBytesMax(),
                        0))
                .withSnapshots(snapshots);
        running.put(
                node,
                RatisReplica.start(
                        config,
                        new ReplicaParts(
                                new Registry(),
                                RocksDbStore::open,
                                new Peers(node),
                                ApplyListener.NONE,
                                (message, cause) -> fatals.add(node + ": " + message + ": " + cause),
                                System::currentTimeMillis)));
    }

    private RaftTls tls(NodeId node) throws IOException {
        Path directory = Files.createDirectories(root.resolve("tls-" + node));
        Credential credential = ca.issue(CertificateRequest.forNode(
                node.value(), List.of("127.0.0.1"), "spiffe://test/" + node.value(), Duration.ofDays(1)));
        return new RaftTls(
                Files.writeString(directory.resolve("node.crt"), credential.certificatePem()),
                Files.writeString(directory.resolve("node.key"), credential.privateKeyPem()),
                Files.writeString(directory.resolve("ca.crt"), ca.root().certificatePem()));
    }

    void stop(NodeId node) {
        RatisReplica replica = running.remove(node);
        if (replica != null) {
            replica.close();
        }
    }

    List<RatisReplica> all() {
        return List.copyOf(running.values());
    }

    @Nullable
    RatisReplica get(NodeId node) {
        return running.get(node);
    }

    /** The one that leads and is ready to. */
    RatisReplica leader() {
        List<RatisReplica> found = new ArrayList<>();
        await("a ready leader", () -> {
            found.clear();
            all().stream().filter(each -> each.status().leaderReady()).forEach(found::add);
            return found.size() == 1;
        });
        return found.getFirst();
    }

    /** Waits until every member has applied what is committed. */
    void awaitAllApplied() {
        long index = leader().status().committedIndex();
        await(
                "all members to apply " + index,
                () -> running.size() == MEMBERS
                        && all().stream().allMatch(replica -> replica.applied().index() >= index));
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            Injections.pause(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::stop);
    }

    private static final class Registry implements StateFunction {
        private final RegistryStateMachine machine = new RegistryStateMachine();

        @Override
        public List<Table> tables() {
            return RegistryStateMachine.TABLES;
        }

        @Override
        public Applied apply(StoreView view, LogEntry entry, LogPosition position) {
            return machine.apply(view, entry, position);
        }

        @Override
        public long revision(StoreView view) {
            return StateMeta.revision(view);
        }

        @Override
        public long lowWatermark(StoreView view) {
            return StateMeta.lowWatermark(view);
        }
    }

    private final class Peers implements PeerRpc {
        private final NodeId self;

        Peers(NodeId self) {
            this.self = self;
        }

        @Override
        public CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs) {
            RatisReplica replica = running.get(member);
            if (replica == null) {
                return CompletableFuture.failedFuture(new IOException(member + " does not answer"));
            }
            return CompletableFuture.completedFuture(replica.currentTerm());
        }

        @Override
        public void fetchCheckpoint(NodeId member, Path directory) throws IOException {
            RatisReplica replica = running.get(member);
            if (replica == null) {
                throw new IOException(member + " does not answer");
            }
            Path checkpoint = root.resolve("checkpoint-" + UUID.randomUUID());
            replica.checkpoint(checkpoint);
            CheckpointManifest manifest = CheckpointManifest.of(checkpoint);
            for (CheckpointManifest.Entry file : manifest.files()) {
                Files.copy(checkpoint.resolve(file.name()), directory.resolve(file.name()));
            }
            manifest.verifyAndSync(directory);
            fetches.add(self);
        }
    }
}
