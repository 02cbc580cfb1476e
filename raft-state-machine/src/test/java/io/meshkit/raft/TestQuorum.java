package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.rocksdb.RocksDbStore;
import io.meshkit.v1.ErrorDetail.Applied;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** Members in this JVM: real Ratis over loopback with mutual TLS, real disks, and a direct {@link PeerRpc}. */
final class TestQuorum implements AutoCloseable {
    static final long DEADLINE_MS = 20_000;

    private static final PortProbe REAL_PROBE = PortProbe.tcp(300);
    private static final long AWAIT_SECONDS = 60;

    /** As {@link RaftTimeouts#defaults}, which a loaded machine of two cores bears, but for the first election. */
    private static final RaftTimeouts TIMEOUTS = new RaftTimeouts(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));

    private final Path root;
    private final UUID clusterId = UUID.randomUUID();
    private final TestCa ca = new TestCa("raft");
    private final List<Member> members = new ArrayList<>();
    private final SnapshotPolicy snapshots;
    private final Map<NodeId, RatisReplica> running = new ConcurrentHashMap<>();
    private final Set<NodeId> cutOff = ConcurrentHashMap.newKeySet();

    /** Fatal errors that no test expected. */
    final List<String> fatals = Collections.synchronizedList(new ArrayList<>());

    /** Members that were told that they are removed. */
    final Set<NodeId> removed = ConcurrentHashMap.newKeySet();

    /** Checkpoints fetched, by who fetched. */
    final List<NodeId> fetches = Collections.synchronizedList(new ArrayList<>());

    /** Of members that are started from now on. */
    RaftTimeouts timeouts = TIMEOUTS;

    /** Closed, no checkpoint is handed out. */
    private volatile CountDownLatch fetchGate = new CountDownLatch(0);

    /** Whose certificates hold in a member's view; of members that are not named here, nobody asks. */
    final Map<NodeId, TestStanding> standings = new ConcurrentHashMap<>();

    /** How a member looks at ports, if not really. */
    final Map<NodeId, PortProbe> probes = new ConcurrentHashMap<>();

    /** Questions whether a leader is gone, by who asked, that were answered. */
    final Map<NodeId, Integer> asked = new ConcurrentHashMap<>();

    /** How members sync Ratis's directory. */
    volatile TermVoteGuard.DirectorySync directorySync = DurableFiles::sync;

    TestQuorum(Path root, int voters, SnapshotPolicy snapshots) throws IOException {
        this(root, voters, 0, snapshots);
    }

    TestQuorum(Path root, int voters, int listeners, SnapshotPolicy snapshots) throws IOException {
        this.root = root;
        this.snapshots = snapshots;
        List<ServerSocket> reserved = new ArrayList<>();
        for (int i = 1; i <= voters + listeners; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            reserved.add(socket);
            Member.Role role = i <= voters ? Member.Role.VOTER : Member.Role.LISTENER;
            members.add(new Member(node(i), "127.0.0.1", socket.getLocalPort(), role));
        }
        for (ServerSocket socket : reserved) {
            socket.close();
        }
    }

    static NodeId node(int number) {
        return new NodeId("node-" + number);
    }

    ReplicaConfig config(NodeId node) throws IOException {
        Path directory = Files.createDirectories(root.resolve(node.value()));
        Path files = Files.createDirectories(root.resolve("tls-" + node));
        TestStanding standing = standings.get(node);
        RaftTls tls = standing == null ? ca.issue(files, node.value()) : ca.issueLive(files, node.value(), standing);
        RaftLimits limits = RaftLimits.defaults();
        return ReplicaConfig.of(node, clusterId, members, directory, tls)
                .withTimeouts(timeouts)
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
    }

    RatisReplica start(NodeId node) throws Exception {
        return start(config(node));
    }

    RatisReplica start(ReplicaConfig config) throws Exception {
        NodeId node = config.self();
        RatisReplica replica = RatisReplica.start(
                config,
                new ReplicaParts(
                        new TestState(),
                        RocksDbStore::open,
                        new DirectPeers(node),
                        ApplyListener.NONE,
                        new Fatals(),
                        System::currentTimeMillis),
                directory -> directorySync.sync(directory),
                member -> probes.getOrDefault(node, REAL_PROBE).refuses(member));
        running.put(node, replica);
        return replica;
    }

    /**
     * Returns once each member has an entry. Ratis counts no vote of a member whose log is empty, for it might have lost
     * what it had: until then the quorum does not survive the loss of another member.
     */
    void startAll() throws Exception {
        for (Member member : members) {
            start(member.id());
        }
        await(
                "all members to have an entry",
                () -> all().stream().allMatch(replica -> replica.status().logEndIndex() >= 0));
    }

    RatisReplica get(NodeId node) {
        return running.get(node);
    }

    List<RatisReplica> all() {
        return List.copyOf(running.values());
    }

    void stop(NodeId node) {
        running.remove(node).close();
    }

    void stopAll() {
        List.copyOf(running.keySet()).parallelStream().forEach(this::stop);
    }

    void fatal(String message, Throwable cause) {
        fatals.add(message + ": " + cause);
    }

    private final class Fatals implements FatalHandler {
        @Override
        public void fatal(String message, Throwable cause) {
            TestQuorum.this.fatal(message, cause);
        }

        @Override
        public void removed(NodeId self) {
            removed.add(self);
        }
    }

    /** Starts a node that belongs to no quorum yet, under the next number. */
    Member startJoiner() throws Exception {
        Member joiner;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            joiner = Member.voter(node(members.size() + 1), "127.0.0.1", socket.getLocalPort());
        }
        members.add(joiner);
        start(config(joiner.id()).withJoining(true));
        return joiner;
    }

    /** Changes the members by way of the leader. */
    void change(Function<Membership, List<Member>> to) throws Exception {
        RatisReplica leader = leader();
        Membership from = leader.membership();
        leader.changeMembers(from, to.apply(from)).get(2 * DEADLINE_MS, TimeUnit.MILLISECONDS);
    }

    /** From now on the member answers no question of {@link PeerRpc}, and gets no answer. */
    void cutOff(NodeId node) {
        cutOff.add(node);
    }

    void heal() {
        cutOff.clear();
    }

    Path directory(NodeId node) {
        return root.resolve(node.value());
    }

    /** The leader that is ready to propose. */
    RatisReplica leader() {
        List<RatisReplica> found = new ArrayList<>();
        await("a ready leader", () -> {
            found.clear();
            for (RatisReplica replica : running.values()) {
                if (replica.status().leaderReady()) {
                    found.add(replica);
                }
            }
            return found.size() == 1;
        });
        return found.getFirst();
    }

    RatisReplica follower() {
        NodeId leader = leader().self();
        return running.values().stream()
                .filter(replica -> !replica.self().equals(leader))
                .findFirst()
                .orElseThrow();
    }

    void put(String key) throws Exception {
        settled(() -> leader().propose(TestState.set(key), DEADLINE_MS));
    }

    /** What a busy machine has kept from being done, because it elected another leader meanwhile, is done by that one. */
    private static <T> T settled(Supplier<CompletableFuture<T>> call) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
        while (true) {
            try {
                return call.get().get(DEADLINE_MS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                boolean lostItsLeader = e.getCause() instanceof RegistryException failure
                        && failure.code() == ErrorCode.NO_LEADER
                        && failure.detail().getApplied() == Applied.APPLIED_NO;
                if (!lostItsLeader || System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    /** Lets the member lead; when it does, it is ready to. */
    void handOver(RatisReplica target) {
        // A busy machine may elect somebody else between the look and the request: then that one is asked.
        await("a leader that hands over to " + target.self(), () -> handsOver(leader(), target));
        await("the target to lead", () -> target.status().leaderReady());
    }

    /** False when the member has lost the leadership meanwhile. */
    private static boolean handsOver(RatisReplica leader, RatisReplica target) {
        if (leader == target) {
            return true;
        }
        CompletableFuture<NodeId> handed = leader.transferLeadership(target.self(), DEADLINE_MS);
        // Either way it is over.
        if (handed.handle((leading, failure) -> failure == null).join()) {
            return handed.join().equals(target.self());
        }
        assertThat(Failures.failureOf(handed).code()).isIn(ErrorCode.PRECONDITION_FAILED, ErrorCode.NO_LEADER);
        return false;
    }

    /** From now on no checkpoint is handed out, until {@link #releaseFetches}. */
    void holdFetches() {
        fetchGate = new CountDownLatch(1);
    }

    void releaseFetches() {
        fetchGate.countDown();
    }

    /** A linearizable read on the member: index from the leader, state from here. */
    long read(RatisReplica at, String key) throws Exception {
        long index = settled(() -> leader().readIndex(DEADLINE_MS));
        at.awaitApplied(index, DEADLINE_MS).get(DEADLINE_MS, TimeUnit.MILLISECONDS);
        try (StoreSnapshot view = at.snapshot()) {
            return TestState.count(view, key);
        }
    }

    /** Waits until all running members have applied the same index, and compares their whole states. */
    void requireSameState() {
        long index = leader().status().committedIndex();
        await(
                "all members to apply " + index,
                () -> all().stream().allMatch(replica -> replica.applied().index() >= index));
        assertThat(all()).extracting(TestQuorum::dump).allMatch(dump(leader())::equals);
    }

    static Map<String, String> dump(RatisReplica replica) {
        Map<String, String> rows = new TreeMap<>();
        try (StoreSnapshot view = replica.snapshot();
                Cursor cursor = view.scan(TestState.ROWS, new byte[0], null)) {
            while (cursor.next()) {
                rows.put(new String(cursor.key()), HexFormat.of().formatHex(cursor.value()));
            }
        }
        return rows;
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }

    @Override
    public void close() {
        stopAll();
    }

    private final class DirectPeers implements PeerRpc {
        private final NodeId self;

        DirectPeers(NodeId self) {
            this.self = self;
        }

        @Override
        public CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs) {
            RatisReplica replica = running.get(member);
            if (replica == null || cutOff.contains(self) || cutOff.contains(member)) {
                return CompletableFuture.failedFuture(new IOException(member + " does not answer"));
            }
            return CompletableFuture.completedFuture(replica.currentTerm());
        }

        @Override
        public CompletableFuture<Testimony> leaderLoss(NodeId member, NodeId leader, long term, long timeoutMs) {
            RatisReplica replica = running.get(member);
            if (replica == null || cutOff.contains(self) || cutOff.contains(member)) {
                return CompletableFuture.failedFuture(new IOException(member + " does not answer"));
            }
            return replica.leaderLoss(leader, term)
                    .whenComplete((testimony, failure) -> asked.merge(self, 1, Integer::sum));
        }

        @Override
        public void fetchCheckpoint(NodeId member, Path directory) throws IOException {
            RatisReplica replica = running.get(member);
            if (replica == null) {
                throw new IOException(member + " does not answer");
            }
            awaitGate();
            Path checkpoint = root.resolve("checkpoint-" + UUID.randomUUID());
            replica.checkpoint(checkpoint);
            CheckpointManifest manifest = CheckpointManifest.of(checkpoint);
            for (CheckpointManifest.Entry file : manifest.files()) {
                Files.copy(checkpoint.resolve(file.name()), directory.resolve(file.name()));
            }
            manifest.verifyAndSync(directory);
            fetches.add(self);
        }

        private void awaitGate() throws IOException {
            try {
                if (!fetchGate.await(AWAIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("nobody has let checkpoints go");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while checkpoints were held", e);
            }
        }
    }
}
