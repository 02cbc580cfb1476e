package io.meshkit.server.verbs;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.StateMeta;
import io.meshkit.raft.ApplyListener;
import io.meshkit.raft.FollowerProgress;
import io.meshkit.raft.Member;
import io.meshkit.raft.Membership;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.raft.ReplicaStatus;
import io.meshkit.raft.Testimony;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.LogEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * A replica whose log is a list: what is proposed is applied at once by the real domain, and the test decides
 * who leads and when an index becomes applied.
 */
public final class FakeReplica implements Replica {
    public static final NodeId SELF = new NodeId("node-1");
    public static final NodeId OTHER = new NodeId("node-2");

    final AtomicInteger readIndexCalls = new AtomicInteger();

    /** What the next proposals fail with, in order. */
    final List<RegistryException> proposalFailures = new ArrayList<>();

    /** What it says when it is asked whether a leader is gone. */
    public BiFunction<NodeId, Long, Testimony> losses = (leader, inTerm) -> new Testimony(false, -1, -1);

    private final MemoryStore store = MemoryStore.create(RegistryStateMachine.TABLES);
    private final RegistryStateMachine machine = new RegistryStateMachine();
    private final List<Waiter> waiters = new ArrayList<>();
    private Optional<NodeId> leader = Optional.of(SELF);
    private ApplyListener listener = ApplyListener.NONE;
    private List<Member> members = List.of(Member.voter(SELF, "127.0.0.1", 1), Member.voter(OTHER, "127.0.0.1", 2));
    private long term = 1;
    private long index;
    private long passedMs;
    private CompletableFuture<Void> change = new CompletableFuture<>();
    private Optional<CompletableFuture<Long>> scriptedReadIndex = Optional.empty();

    private record Waiter(long index, CompletableFuture<Void> done) {}

    /** Elects another, or nobody. */
    public void elect(Optional<NodeId> next) {
        CompletableFuture<Void> fired;
        synchronized (this) {
            leader = next;
            term++;
            fired = change;
            change = new CompletableFuture<>();
        }
        fired.complete(null);
    }

    /** From now on readIndex answers with this future. */
    public synchronized void scriptReadIndex(CompletableFuture<Long> answer) {
        scriptedReadIndex = Optional.of(answer);
    }

    /** Tells this listener of what is applied from now on. */
    public synchronized void listen(ApplyListener next) {
        listener = next;
    }

    /** Applies the command as the leader's log would bring it to any node. */
    public synchronized CommandOutcome apply(Command command) {
        index++;
        LogEntry entry = LogEntry.newBuilder()
                .setFormat(RegistryStateMachine.LOG_FORMAT)
                .setLeaderTimeMs(1_000 + passedMs + index)
                .addCommands(command)
                .build();
        Applied applied = machine.apply(store, entry, new LogPosition(term, index));
        store.write(applied.batch());
        listener.applied(index, applied);
        waiters.removeIf(waiter -> waiter.index() <= index && waiter.done().complete(null));
        return applied.outcomes().getFirst();
    }

    /** Moves the log's time on, which otherwise is a millisecond per entry. */
    public synchronized void pass(long ms) {
        passedMs += ms;
    }

    public synchronized long index() {
        return index;
    }

    @Override
    public NodeId self() {
        return SELF;
    }

    @Override
    public synchronized Optional<NodeId> leader() {
        return leader;
    }

    @Override
    public synchronized CompletableFuture<Void> leaderChange() {
        return change;
    }

    @Override
    public synchronized boolean isLeader() {
        return leader.equals(Optional.of(SELF));
    }

    @Override
    public synchronized long currentTerm() {
        return term;
    }

    @Override
    public synchronized CompletableFuture<CommandOutcome> propose(Command command, long deadlineMs) {
        if (!proposalFailures.isEmpty()) {
            return CompletableFuture.failedFuture(proposalFailures.removeFirst());
        }
        return isLeader()
                ? CompletableFuture.completedFuture(apply(command))
                : CompletableFuture.failedFuture(failure(ErrorCode.NO_LEADER));
    }

    static RegistryException failure(ErrorCode code) {
        return RegistryException.of(code, "scripted", "");
    }

    @Override
    public synchronized CompletableFuture<Long> readIndex(long deadlineMs) {
        readIndexCalls.incrementAndGet();
        return scriptedReadIndex.orElseGet(() -> CompletableFuture.completedFuture(index));
    }

    @Override
    public synchronized CompletableFuture<Void> awaitApplied(long upTo, long deadlineMs) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (upTo <= index) {
            done.complete(null);
        } else {
            waiters.add(new Waiter(upTo, done));
        }
        return done;
    }

    @Override
    public synchronized CompletableFuture<Void> awaitRevision(long revision, long deadlineMs) {
        // In these tests every entry makes one revision.
        return awaitApplied(revision, deadlineMs);
    }

    @Override
    public StoreSnapshot snapshot() {
        return store.snapshot();
    }

    @Override
    public synchronized ReplicaStatus status() {
        String role = isLeader() ? "leader" : "follower";
        try (StoreSnapshot view = snapshot()) {
            return new ReplicaStatus(role, term, index, index, index, 0, StateMeta.revision(view), 0, isLeader());
        }
    }

    @Override
    public CompletableFuture<Long> createSnapshot() {
        return CompletableFuture.completedFuture(index());
    }

    @Override
    public CompletableFuture<Testimony> leaderLoss(NodeId suspect, long inTerm) {
        return CompletableFuture.completedFuture(losses.apply(suspect, inTerm));
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership(NodeId target, long deadlineMs) {
        elect(Optional.of(target));
        return CompletableFuture.completedFuture(target);
    }

    /** From now on these are the members, all of them voters. */
    public synchronized void members(NodeId... ids) {
        members = Stream.of(ids).map(id -> Member.voter(id, "127.0.0.1", 1)).toList();
    }

    @Override
    public synchronized Membership membership() {
        return new Membership(members, false, 0);
    }

    @Override
    public List<FollowerProgress> followers() {
        return List.of();
    }

    @Override
    public CompletableFuture<Void> changeMembers(Membership from, List<Member> to) {
        return CompletableFuture.failedFuture(failure(ErrorCode.PRECONDITION_FAILED));
    }

    @Override
    public void checkpoint(Path directory) {
        store.checkpoint(directory);
    }

    @Override
    public void close() {
        store.close();
    }
}
