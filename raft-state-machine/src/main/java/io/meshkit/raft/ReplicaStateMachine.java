package io.meshkit.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.LogEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies committed entries: one batch per entry, holding the entry's own writes and its (term, index).
 *
 * <p>The store has no log of its own. What it loses in a crash, the Raft log replays: the position in the store is
 * what Ratis is told to be the latest snapshot, and Ratis drops no entry beyond a position that has been flushed.
 *
 * <p>Apply is synchronous on Ratis's one updater thread, so Ratis's applied index is never ahead of what readers see.
 * It does not fail: what a client can send is rejected by value, and everything else halts the node.
 */
final class ReplicaStateMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaStateMachine.class);

    private final ReplicaConfig config;
    private final ReplicaParts parts;
    private final LiveStore live;
    private final Progress progress;
    private final SnapshotInstaller installer;
    private final ProposedEntries proposed;
    private final TermVoteGuard guard;
    private final LeaderSignal leaderSignal;
    private final Executor executor;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean preFlushing = new AtomicBoolean();

    private volatile @Nullable SnapshotInfo latestSnapshot;
    private volatile SnapshotInstaller.@Nullable Fetched pendingInstall;
    private volatile Runnable onLeaderReady = () -> {};
    private volatile UnaryOperator<LogPosition> coverable = applied -> applied;
    private volatile Supplier<Membership> membership = () -> new Membership(List.of(), false, -1);

    ReplicaStateMachine(
            ReplicaConfig config,
            ReplicaParts parts,
            LiveStore live,
            Progress progress,
            SnapshotInstaller installer,
            ProposedEntries proposed,
            TermVoteGuard guard,
            LeaderSignal leaderSignal,
            Executor executor) {
        this.config = config;
        this.parts = parts;
        this.live = live;
        this.progress = progress;
        this.installer = installer;
        this.proposed = proposed;
        this.guard = guard;
        this.leaderSignal = leaderSignal;
        this.executor = executor;
        setLastAppliedTermIndex(termIndex(progress.applied()));
        this.latestSnapshot = snapshotInfo(progress.snapshot());
    }

    /** Runs when this member leads and may propose; on a thread of Ratis, so it must be quick. */
    void onLeaderReady(Runnable action) {
        onLeaderReady = action;
    }

    /**
     * What is known only once Ratis has been started.
     *
     * @param hold what of the applied log a snapshot may be said to cover; the log up to there may be dropped
     */
    void attach(UnaryOperator<LogPosition> hold, Supplier<Membership> members) {
        coverable = hold;
        membership = members;
    }

    /** From now on a stop is expected. */
    void closing() {
        closing.set(true);
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        guard.attach(storage);
        getLifeCycle().startAndTransition(() -> {});
    }

    // --- Proposing ---

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        Message message = request.getMessage();
        TransactionContext context = TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setStateMachineContext(message)
                .build();
        if (!(message instanceof ProposedEntry)) {
            return context.setException(new IOException("only this node's own proposer may write"));
        }
        int bytesMax = config.limits().logEntryBytesMax() - RaftLimits.ENVELOPE_BYTES / 2;
        if (message.size() > bytesMax) {
            return context.setException(new EntryTooLargeException(message.size(), bytesMax));
        }
        return context;
    }

    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) {
        if (transaction.getStateMachineContext() instanceof ProposedEntry entry) {
            entry.appendBegins();
        }
        return transaction;
    }

    // --- Applying ---

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        if (isPaused()) {
            // The store is about to be replaced; the updater goes back to the new one's position.
            return CompletableFuture.completedFuture(Message.EMPTY);
        }
        LogEntryProto logged = transaction.getLogEntry();
        LogPosition position = new LogPosition(logged.getTerm(), logged.getIndex());
        try {
            apply(position, logged.getStateMachineLogEntry());
        } catch (Throwable t) {
            parts.fatal().fatal("log entry " + position + " cannot be applied", t);
            throw new IllegalStateException("log entry " + position + " cannot be applied", t);
        }
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    /** Entries of Ratis's own: configurations. They move the position, nothing else. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        if (isPaused()) {
            return;
        }
        LogPosition position = new LogPosition(term, index);
        try {
            WriteBatch batch = new WriteBatch();
            AppliedRow.put(batch, position);
            live.writer().write(batch);
            applied(position);
            progress.publish(progress.revisions().reached());
        } catch (RuntimeException e) {
            parts.fatal().fatal("log entry " + position + " cannot be applied", e);
            throw e;
        }
    }

    private void apply(LogPosition position, StateMachineLogEntryProto logged) throws InvalidProtocolBufferException {
        LogEntry entry = LogEntry.parseFrom(logged.getLogData().asReadOnlyByteBuffer());
        if (entry.getFormat() != Proposer.ENTRY_FORMAT) {
            throw new IllegalStateException("the entry has format " + entry.getFormat() + ", this version knows "
                    + Proposer.ENTRY_FORMAT + ": a newer version must apply it");
        }
        OrderedStore store = live.writer();
        Applied result = parts.state().apply(store, entry, position);
        if (result.outcomes().size() != entry.getCommandsCount()) {
            throw new IllegalStateException(
                    result.outcomes().size() + " outcomes for " + entry.getCommandsCount() + " commands");
        }
        AppliedRow.put(result.batch(), position);
        store.write(result.batch());
        applied(position);
        parts.listener().applied(position.index(), result);
        List<AuditEntry> entries = result.entries();
        progress.publish(
                entries.isEmpty()
                        ? progress.revisions().reached()
                        : entries.getLast().getRevision());
        proposed.applied(logged, result.outcomes());
        preFlush(position);
    }

    private void applied(LogPosition position) {
        progress.applied(position);
        updateLastAppliedTermIndex(position.term(), position.index());
    }

    /** Flushes in the background shortly before a snapshot is due, so that the snapshot itself stalls apply less. */
    private void preFlush(LogPosition position) {
        long entries = position.index() - progress.snapshot().index();
        long due = config.snapshots().entriesMax() - config.snapshots().entriesMax() / 10;
        if (entries == due && due > 1000 && preFlushing.compareAndSet(false, true)) {
            executor.execute(() -> {
                try {
                    live.use(OrderedStore::flush);
                } catch (RuntimeException e) {
                    // The snapshot itself will meet and report it.
                    LOG.warn("flush ahead of a snapshot failed", e);
                } finally {
                    preFlushing.set(false);
                }
            });
        }
    }

    // --- Snapshots ---

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return latestSnapshot;
    }

    @Override
    public long takeSnapshot() throws IOException {
        if (isPaused() || pendingInstall != null) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        LogPosition position = coverable.apply(progress.applied());
        if (position.index() <= progress.snapshot().index()) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        try {
            // The configuration file's name, too, must last before the entry that it came from is dropped.
            guard.syncDirectory();
            live.writer().flush();
        } catch (RuntimeException | IOException e) {
            parts.fatal().fatal("the store cannot be flushed", e);
            throw e;
        }
        progress.snapshot(position);
        latestSnapshot = snapshotInfo(position);
        return position.index();
    }

    @Override
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex firstInLog) {
        NodeId leader = new NodeId(
                role.getFollowerInfo().getLeaderInfo().getId().getId().toStringUtf8());
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        SnapshotInstaller.Fetched fetched =
                                installer.fetch(leader, progress.applied(), firstInLog.getIndex());
                        pendingInstall = fetched;
                        return termIndex(fetched.position());
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("could not fetch a checkpoint from {}; it will be tried again", leader, e);
                        throw new CompletionException(e);
                    }
                },
                executor);
    }

    /** Called under Ratis's server lock, while the updater may still be applying its current entry. */
    @Override
    public void pause() {
        LifeCycle lifeCycle = getLifeCycle();
        lifeCycle.transition(LifeCycle.State.PAUSING);
        lifeCycle.transition(LifeCycle.State.PAUSED);
    }

    /** On the updater thread: nothing else writes meanwhile. */
    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().startAndTransition(() -> {
            SnapshotInstaller.Fetched fetched = pendingInstall;
            if (fetched != null) {
                try {
                    install(fetched);
                    pendingInstall = null;
                } catch (IOException | RuntimeException e) {
                    parts.fatal().fatal("the fetched snapshot cannot be installed", e);
                    throw e;
                }
            }
        });
    }

    private void install(SnapshotInstaller.Fetched fetched) throws IOException {
        LogPosition position = fetched.position();
        if (position.index() < progress.applied().index()) {
            // Readers have been promised what is applied here. Ratis stops appends during an install, so this
            // is not expected; going back would be wrong in any case.
            throw new IllegalStateException("a snapshot at " + position + " is behind applied " + progress.applied());
        }
        OrderedStore next = installer.open(fetched.directory());
        Path former = fetched.former();
        live.replace(next, () -> deleteQuietly(former));
        progress.applied(position);
        progress.snapshot(position);
        setLastAppliedTermIndex(termIndex(position));
        latestSnapshot = snapshotInfo(position);
        parts.listener().replaced(position.index());
        progress.publish(parts.state().revision(next));
        LOG.info("installed a snapshot at {} from {}", position, fetched.directory());
    }

    // --- Events ---

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        if (leader.toString().equals(config.self().value())) {
            // Its own vote counts from here on.
            try {
                guard.ensureDurable();
            } catch (IOException e) {
                throw new IllegalStateException("cannot lead: the vote for itself is not durable", e);
            }
        }
        leaderSignal.observe(Optional.of(new NodeId(leader.toString())));
    }

    @Override
    public void notifyLeaderReady() {
        leaderSignal.changed();
        onLeaderReady.run();
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
        parts.fatal().fatal("the Raft log cannot be written", cause);
    }

    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
        if (closing.get()) {
            return;
        }
        Membership members = membership.get();
        if (!members.members().isEmpty() && !members.contains(config.self())) {
            parts.fatal().removed(config.self());
        } else {
            parts.fatal()
                    .fatal(
                            "Ratis has stopped this member: it failed, or it was removed from the quorum",
                            new IllegalStateException("last role: " + role.getRole()));
        }
    }

    private boolean isPaused() {
        return getLifeCycleState().isPausingOrPaused();
    }

    private static void deleteQuietly(Path directory) {
        try {
            DurableFiles.deleteTree(directory);
        } catch (IOException e) {
            LOG.warn("could not delete the replaced store {}; the next start will", directory, e);
        }
    }

    private static TermIndex termIndex(LogPosition position) {
        return position.index() < 0 ? TermIndex.INITIAL_VALUE : TermIndex.valueOf(position.term(), position.index());
    }

    private static @Nullable SnapshotInfo snapshotInfo(LogPosition position) {
        return position.index() < 0 ? null : new FileListSnapshotInfo(List.of(), position.term(), position.index());
    }
}
