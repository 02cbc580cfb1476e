package io.meshkit.raft;

import io.meshkit.domain.LogPosition;
import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Replica} on Apache Ratis and an ordered store.
 *
 * <p>Nothing of a caller runs on Ratis's or the apply thread: futures complete on virtual threads.
 */
public final class RatisReplica implements Replica {
    /** Far below what the kernel waits by itself, so that only a refusal is taken for one. */
    private static final int PROBE_TIMEOUT_MS = 300;

    private final ReplicaConfig config;
    private final ReplicaParts parts;
    private final ReplicaCore core;
    private final RaftServer.Division division;
    private final RatisLeadership leadership;
    private final RatisAdmin admin;
    private final Proposer proposer;
    private final ReadBarrier barrier;
    private final @Nullable LeaderWatch leaderWatch;
    private final Sweeper sweeper;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RatisReplica(ReplicaConfig config, ReplicaParts parts, ReplicaCore core, PortProbe probe)
            throws IOException {
        this.config = config;
        this.parts = parts;
        this.core = core;
        this.division = core.server().getDivision(RatisSettings.groupId(config));
        this.leadership = new RatisLeadership(division, core.spreader());
        this.admin = new RatisAdmin(core.server(), division, leadership);
        this.proposer = new Proposer(
                new RatisEntryLog(division, core.proposed()),
                config.limits(),
                parts.wallClockMs(),
                System::nanoTime,
                core.executor());
        this.barrier = new ReadBarrier(
                config.self(),
                leadership,
                parts.peers(),
                config.timeouts().readRound().toMillis(),
                System::nanoTime,
                core.executor());
        this.leaderWatch = config.earlyElection() ? watchLeader(probe) : null;
        LogHold hold = new LogHold(division, core.spreader(), config.snapshots().logEntriesHeldMax());
        core.stateMachine().attach(hold::coverable, this::membership);
        core.stateMachine().onLeaderReady(() -> core.executor().execute(proposer::pump));
        SnapshotTimer snapshotTimer =
                new SnapshotTimer(core.progress(), config.snapshots().intervalMax(), admin::createSnapshot);
        this.sweeper = new Sweeper(
                "raft-sweeper-" + config.self(),
                System::nanoTime,
                List.of(
                        proposer::sweep,
                        barrier::sweep,
                        core.progress()::sweep,
                        snapshotTimer::sweep,
                        this::sweepLeaderWatch,
                        now -> core.spreader().spread(division),
                        now -> core.leaderSignal().observe(leadership.leader())));
    }

    private LeaderWatch watchLeader(PortProbe probe) {
        LeaderWatch watch = new LeaderWatch(
                config.self(),
                new RatisFollower(core.server(), division, leadership),
                core.leaderStreams(),
                probe,
                parts.peers(),
                config.timeouts().electionMax().toMillis(),
                System::nanoTime,
                core.executor());
        core.leaderStreams().onBroken(watch::broken);
        return watch;
    }

    private void sweepLeaderWatch(long nowNanos) {
        if (leaderWatch != null) {
            leaderWatch.sweep(nowNanos);
        }
    }

    /**
     * Starts the member: formats its directory if this is its first start, else recovers from it.
     *
     * @return a running member; whether there is a leader shows later
     * @throws StartupException if the directory, the port or the certificates do not fit; the data is unchanged
     */
    public static RatisReplica start(ReplicaConfig config, ReplicaParts parts) throws StartupException {
        return start(config, parts, DurableFiles::sync, PortProbe.tcp(PROBE_TIMEOUT_MS));
    }

    /** With other ways to sync Ratis's directory and to look at ports, for tests that watch or forge them. */
    static RatisReplica start(
            ReplicaConfig config, ReplicaParts parts, TermVoteGuard.DirectorySync directorySync, PortProbe probe)
            throws StartupException {
        ReplicaCore core = ReplicaCore.start(config, parts, directorySync);
        try {
            return new RatisReplica(config, parts, core, probe);
        } catch (IOException | RuntimeException e) {
            core.close();
            throw new StartupException("the replica could not be started", "see the cause", e);
        }
    }

    @Override
    public NodeId self() {
        return config.self();
    }

    @Override
    public Optional<NodeId> leader() {
        return leadership.leader();
    }

    @Override
    public CompletableFuture<Void> leaderChange() {
        return core.leaderSignal().next();
    }

    @Override
    public boolean isLeader() {
        return division.getInfo().isLeader();
    }

    @Override
    public long currentTerm() {
        return division.getInfo().getCurrentTerm();
    }

    @Override
    public CompletableFuture<Testimony> leaderLoss(NodeId leader, long term) {
        LeaderWatch watch = leaderWatch;
        return watch == null
                ? CompletableFuture.completedFuture(new Testimony(false, -1, -1))
                : CompletableFuture.supplyAsync(() -> watch.testify(leader, term), core.executor());
    }

    @Override
    public CompletableFuture<CommandOutcome> propose(Command command, long deadlineMs) {
        return proposer.propose(command, deadlineMs);
    }

    @Override
    public CompletableFuture<Long> readIndex(long deadlineMs) {
        return barrier.readIndex(deadlineMs);
    }

    @Override
    public CompletableFuture<Void> awaitApplied(long index, long deadlineMs) {
        return core.progress().indexes().await(index, Deadlines.after(System::nanoTime, deadlineMs));
    }

    @Override
    public CompletableFuture<Void> awaitRevision(long revision, long deadlineMs) {
        return core.progress().revisions().await(revision, Deadlines.after(System::nanoTime, deadlineMs));
    }

    @Override
    public StoreSnapshot snapshot() {
        return core.live().snapshot();
    }

    @Override
    public ReplicaStatus status() {
        DivisionInfo info = division.getInfo();
        @Nullable TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        long lowWatermark;
        long revision;
        try (StoreSnapshot view = snapshot()) {
            lowWatermark = parts.state().lowWatermark(view);
            revision = parts.state().revision(view);
        }
        return new ReplicaStatus(
                info.getCurrentRole().name().toLowerCase(Locale.ROOT),
                info.getCurrentTerm(),
                last == null ? -1 : last.getIndex(),
                division.getRaftLog().getLastCommittedIndex(),
                core.progress().applied().index(),
                core.progress().snapshot().index(),
                revision,
                lowWatermark,
                info.isLeader() && info.isLeaderReady());
    }

    @Override
    public CompletableFuture<Long> createSnapshot() {
        return admin.createSnapshot()
                .thenApplyAsync(done -> core.progress().snapshot().index(), core.executor());
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership(NodeId target, long deadlineMs) {
        return admin.transferLeadership(target, deadlineMs).thenApplyAsync(id -> id, core.executor());
    }

    @Override
    public Membership membership() {
        return RatisPeers.membership(division.getRaftConf());
    }

    @Override
    public List<FollowerProgress> followers() {
        return division.getInfo().isLeader() ? core.spreader().followers() : List.of();
    }

    @Override
    public CompletableFuture<Void> changeMembers(Membership from, List<Member> to) {
        return admin.changeMembers(from, to).thenRunAsync(() -> {}, core.executor());
    }

    @Override
    public void checkpoint(Path directory) throws IOException {
        try {
            core.live().use(store -> store.checkpoint(directory));
        } catch (StorageException e) {
            throw new IOException("the checkpoint could not be written to " + directory, e);
        }
    }

    /**
     * Closes the Raft connections that this member has opened to another; it opens new ones when it needs them. Blocks
     * until they are closed, 5 s at most.
     */
    public void disconnect(NodeId member) {
        core.server()
                .getServerRpc()
                .handleException(
                        RatisSettings.peerId(member), new IOException("the connections are to be made anew"), true);
    }

    /** Where the applied state stands. */
    public LogPosition applied() {
        return core.progress().applied();
    }

    /** Ratis's own metrics and the replica's, by name: for {@code /metrics}. */
    public Map<String, Number> metrics() {
        Map<String, Number> numbers = RatisMetrics.of(config.self());
        numbers.put("replica.proposals_queued", proposer.queued());
        numbers.put("replica.read_rounds", barrier.rounds());
        numbers.put("replica.early_elections", leaderWatch == null ? 0 : leaderWatch.elections());
        numbers.put("replica.applied_index", core.progress().applied().index());
        numbers.put("replica.snapshot_index", core.progress().snapshot().index());
        return numbers;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        core.stateMachine().closing();
        sweeper.close();
        core.leaderStreams().onBroken(member -> {});
        core.leaderSignal().close();
        proposer.close();
        barrier.close();
        core.progress().close(Errors.noLeader("this node is shutting down", leadership.otherLeader()));
        core.close();
    }
}
