package io.meshkit.raft;

import io.meshkit.api.RegistryException;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Packs concurrent commands into log entries.
 *
 * <p>Natural group commit: a command goes at once while fewer than {@code entriesInFlightMax} entries are being
 * replicated, and what arrives meanwhile goes together in the next entry. So a lone caller waits for nobody, and a
 * crowd shares the cost of an entry.
 *
 * <p>Whoever finds work packs it, on his own thread, one at a time: {@code wip} counts the requests to pack, and
 * who raises it from zero packs until it is back at zero. Outcomes are told on the executor.
 *
 * <p>Invariant: a proposal is failed as not applied only while it has certainly not been handed to the log, or
 * when the log proves that it was not appended.
 *
 * <p>Thread: any number. Public so that the simulation runs the same code.
 */
public final class Proposer {
    /** The layout of {@link LogEntry} that this version writes. */
    static final int ENTRY_FORMAT = 1;

    private final EntryLog log;
    private final RaftLimits limits;
    private final LongSupplier wallClockMs;
    private final LongSupplier nanoTime;
    private final Executor executor;
    private final AtomicInteger wip = new AtomicInteger();

    // Guarded by this.
    private final ProposalQueue queue;
    /** In order of proposal, so that the same calls have the same effects in the same order. Few: a list will do. */
    private final List<List<Proposal>> inFlight = new ArrayList<>();

    private boolean closed;

    public Proposer(
            EntryLog log, RaftLimits limits, LongSupplier wallClockMs, LongSupplier nanoTime, Executor executor) {
        this.log = log;
        this.limits = limits;
        this.wallClockMs = wallClockMs;
        this.nanoTime = nanoTime;
        this.executor = executor;
        this.queue = new ProposalQueue(limits);
    }

    /** As {@link Replica#propose}. */
    public CompletableFuture<CommandOutcome> propose(Command command, long deadlineMs) {
        int sizeBytes = command.getSerializedSize();
        if (sizeBytes > limits.commandBytesMax()) {
            return CompletableFuture.failedFuture(Errors.limitExceeded(
                    "the mutation has " + sizeBytes + " bytes, at most " + limits.commandBytesMax() + " are allowed",
                    "split it into several"));
        }
        if (log.readiness() == EntryLog.Readiness.NOT_LEADER) {
            return CompletableFuture.failedFuture(Errors.noLeader("this node does not lead", log.leader()));
        }
        if (deadlineMs <= 0) {
            return CompletableFuture.failedFuture(Errors.deadlineNotApplied("the deadline has passed already"));
        }
        Proposal proposal =
                new Proposal(command, sizeBytes, Deadlines.after(nanoTime, deadlineMs), new CompletableFuture<>());
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(Errors.noLeader("this node is shutting down", log.leader()));
            }
            if (!queue.offer(proposal)) {
                return CompletableFuture.failedFuture(
                        Errors.overloaded(queue.size() + " mutations are waiting for replication"));
            }
        }
        pump();
        return proposal.outcome();
    }

    /** Packs what waits, if it may go now. */
    public void pump() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int requests = 1;
        do {
            while (packOne()) {
                // As many as may be in flight.
            }
            requests = wip.addAndGet(-requests);
        } while (requests != 0);
    }

    /** Fails whose time is up, and packs in case the member has become ready unnoticed. */
    public void sweep(long nowNanos) {
        List<Proposal> waiting;
        List<Proposal> submitted = new ArrayList<>();
        boolean more;
        synchronized (this) {
            waiting = queue.removeExpired(nowNanos);
            for (List<Proposal> entry : inFlight) {
                for (Proposal proposal : entry) {
                    if (proposal.expired(nowNanos) && !proposal.outcome().isDone()) {
                        submitted.add(proposal);
                    }
                }
            }
            more = !queue.isEmpty();
        }
        failExpired(waiting);
        if (!submitted.isEmpty()) {
            fail(submitted, Errors.deadlineUnknown());
        }
        if (more) {
            pump();
        }
    }

    /** Fails what waits, now and later. What is in flight is the log's to fail. */
    public void close() {
        List<Proposal> waiting;
        synchronized (this) {
            closed = true;
            waiting = queue.removeAll();
        }
        fail(waiting, Errors.noLeader("this node is shutting down", log.leader()));
    }

    /** Commands that wait, for the metrics. */
    synchronized int queued() {
        return queue.size();
    }

    /** Packs and appends one entry; false when there is none to pack now. */
    private boolean packOne() {
        EntryLog.Readiness readiness = log.readiness();
        List<Proposal> expired = new ArrayList<>();
        List<Proposal> refused = List.of();
        List<Proposal> entry = List.of();
        synchronized (this) {
            if (queue.isEmpty()) {
                return false;
            }
            if (readiness == EntryLog.Readiness.NOT_LEADER) {
                refused = queue.removeAll();
            } else if (readiness == EntryLog.Readiness.READY && inFlight.size() < limits.entriesInFlightMax()) {
                entry = queue.nextEntry(nanoTime.getAsLong(), expired);
                if (!entry.isEmpty()) {
                    inFlight.add(entry);
                }
            }
        }
        failExpired(expired);
        fail(refused, Errors.noLeader("this node does not lead", log.leader()));
        if (entry.isEmpty()) {
            return false;
        }
        append(entry);
        return true;
    }

    private void append(List<Proposal> proposals) {
        LogEntry.Builder entry = LogEntry.newBuilder().setFormat(ENTRY_FORMAT).setLeaderTimeMs(wallClockMs.getAsLong());
        for (Proposal proposal : proposals) {
            entry.addCommands(proposal.command());
        }
        log.append(entry.build())
                .whenCompleteAsync((outcomes, failure) -> settle(proposals, outcomes, failure), executor);
    }

    private void settle(
            List<Proposal> proposals, @Nullable List<CommandOutcome> outcomes, @Nullable Throwable failure) {
        boolean more;
        synchronized (this) {
            inFlight.removeIf(entry -> entry == proposals);
            more = !queue.isEmpty();
        }
        if (more) {
            executor.execute(this::pump);
        }
        if (failure != null) {
            fail(proposals, toError(failure));
        } else if (outcomes == null || outcomes.size() != proposals.size()) {
            fail(
                    proposals,
                    Errors.internal(
                            "the entry's outcomes do not match its commands",
                            new IllegalStateException("of " + proposals.size() + " commands"),
                            true));
        } else {
            for (int i = 0; i < proposals.size(); i++) {
                proposals.get(i).outcome().complete(outcomes.get(i));
            }
        }
    }

    private RegistryException toError(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof AppendException append)) {
            return Errors.internal("the entry could not be appended", cause, true);
        }
        return switch (append.reason()) {
            case NOT_LEADER ->
                append.mayBeAppended()
                        ? Errors.leadershipLost(log.leader(), append)
                        : Errors.noLeader("this node does not lead", log.leader());
            case BUSY ->
                append.mayBeAppended()
                        ? Errors.leadershipLost(log.leader(), append)
                        : Errors.overloaded("the log has too much pending");
            case TOO_LARGE ->
                append.mayBeAppended()
                        ? Errors.internal("the entry could not be appended", append, true)
                        : Errors.limitExceeded("the entry is larger than the log takes", "split it into several");
            case FAILED -> Errors.internal("the entry could not be appended", append, append.mayBeAppended());
        };
    }

    private static void failExpired(List<Proposal> proposals) {
        if (!proposals.isEmpty()) {
            fail(proposals, Errors.deadlineNotApplied("time ran out while the mutation waited to be proposed"));
        }
    }

    private static void fail(List<Proposal> proposals, RegistryException failure) {
        proposals.forEach(proposal -> proposal.outcome().completeExceptionally(failure));
    }
}
