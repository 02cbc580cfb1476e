package io.meshkit.raft;

import io.meshkit.api.RegistryException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads without log entries.
 *
 * <p>A round captures the term and the committed index, then asks the voters for their current term. If a majority
 * still has the captured one, nobody can have been elected in a newer term before they answered, so every mutation
 * acknowledged before the round began is at or below the captured index. That argument needs a read to be in a
 * round that began after the read arrived: at most one round runs, reads that arrive meanwhile wait for the next
 * one, which starts when the running one ends.
 *
 * <p>Ratis's own LINEARIZABLE option is not used: it skips the confirmation for an index that has been confirmed
 * once, and lets reads join heartbeats that were sent before they arrived.
 *
 * <p>Thread: any number. Public so that the simulation runs the same code. Source: Raft thesis §6.4.
 */
public final class ReadBarrier {
    private record Read(CompletableFuture<Long> index, long deadlineNanos) {}

    private final NodeId self;
    private final Leadership.Source source;
    private final PeerRpc peers;
    private final long roundTimeoutMs;
    private final LongSupplier nanoTime;
    private final Executor executor;

    // Guarded by this.
    private List<Read> waiting = new ArrayList<>();
    private @Nullable Round running;
    private boolean closed;
    private long rounds;

    public ReadBarrier(
            NodeId self,
            Leadership.Source source,
            PeerRpc peers,
            long roundTimeoutMs,
            LongSupplier nanoTime,
            Executor executor) {
        this.self = self;
        this.source = source;
        this.peers = peers;
        this.roundTimeoutMs = roundTimeoutMs;
        this.nanoTime = nanoTime;
        this.executor = executor;
    }

    /** As {@link Replica#readIndex}. */
    public CompletableFuture<Long> readIndex(long deadlineMs) {
        Read read = new Read(new CompletableFuture<>(), Deadlines.after(nanoTime, deadlineMs));
        Round round;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(source.notLeading());
            }
            waiting.add(read);
            if (running != null) {
                return read.index();
            }
            round = nextRound();
        }
        start(round);
        return read.index();
    }

    /** Fails reads whose time is up, and ends a round whose members do not answer. */
    public void sweep(long nowNanos) {
        List<Read> expired = new ArrayList<>();
        Round late = null;
        synchronized (this) {
            takeExpired(waiting, nowNanos, expired);
            if (running != null) {
                takeExpired(running.reads, nowNanos, expired);
                if (running.deadlineNanos - nowNanos <= 0) {
                    late = running;
                }
            }
        }
        fail(expired, Errors.deadlineNotApplied("time ran out while the leader's term was being confirmed"));
        if (late != null) {
            late.end(Errors.noQuorum("a majority did not confirm this leader's term in " + roundTimeoutMs + " ms"));
        }
    }

    public void close() {
        List<Read> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            all.addAll(waiting);
            waiting.clear();
            if (running != null) {
                all.addAll(running.reads);
                running.reads.clear();
            }
        }
        fail(all, source.notLeading());
    }

    /** Rounds begun, for metrics and tests. */
    synchronized long rounds() {
        return rounds;
    }

    /** The reads that wait now become a round. Under the lock. */
    private Round nextRound() {
        Round round = new Round(waiting, Deadlines.after(nanoTime, roundTimeoutMs));
        waiting = new ArrayList<>();
        running = round;
        rounds++;
        return round;
    }

    private void start(Round round) {
        Leadership leadership;
        try {
            leadership = source.leadership();
        } catch (RegistryException e) {
            round.end(e);
            return;
        }
        round.ask(leadership);
    }

    private void ended(Round round) {
        Round next = null;
        synchronized (this) {
            if (running != round) {
                return;
            }
            running = null;
            if (!waiting.isEmpty()) {
                next = nextRound();
            }
        }
        if (next != null) {
            Round following = next;
            executor.execute(() -> start(following));
        }
    }

    private static void takeExpired(List<Read> reads, long nowNanos, List<Read> expired) {
        for (Iterator<Read> all = reads.iterator(); all.hasNext(); ) {
            Read read = all.next();
            if (read.deadlineNanos() - nowNanos <= 0) {
                all.remove();
                expired.add(read);
            }
        }
    }

    private static void fail(List<Read> reads, RegistryException failure) {
        reads.forEach(read -> read.index().completeExceptionally(failure));
    }

    /** One confirmation of the term. */
    private final class Round {
        /** Guarded by the barrier. */
        private final List<Read> reads;

        private final long deadlineNanos;
        /** Guarded by the round. */
        private boolean over;

        Round(List<Read> reads, long deadlineNanos) {
            this.reads = reads;
            this.deadlineNanos = deadlineNanos;
        }

        void ask(Leadership leadership) {
            TermQuorum quorum = new TermQuorum(leadership.term(), leadership.voters());
            Set<NodeId> others = new LinkedHashSet<>();
            leadership.voters().forEach(others::addAll);
            others.remove(self);
            count(leadership, quorum, () -> quorum.reported(self, leadership.term()));
            for (NodeId member : others) {
                peers.currentTerm(member, roundTimeoutMs)
                        .whenComplete((term, failure) -> count(leadership, quorum, () -> {
                            if (failure == null) {
                                quorum.reported(member, term);
                            } else {
                                quorum.failed(member);
                            }
                        }));
            }
        }

        private void count(Leadership leadership, TermQuorum quorum, Runnable vote) {
            TermQuorum.Verdict verdict;
            synchronized (this) {
                if (over) {
                    return;
                }
                vote.run();
                verdict = quorum.verdict();
            }
            switch (verdict) {
                case PENDING -> {}
                case CONFIRMED -> {
                    // Its own vote counts only if it has not left the term meanwhile.
                    if (source.leadsIn(leadership.term())) {
                        end(leadership.committedIndex());
                    } else {
                        end(source.notLeading());
                    }
                }
                case NEWER_TERM -> end(Errors.noLeader("a newer leader may have been elected", Optional.empty()));
                case UNREACHABLE -> end(Errors.noQuorum("a majority does not confirm this leader's term"));
            }
        }

        private void end(long index) {
            List<Read> answered = close();
            if (!answered.isEmpty()) {
                executor.execute(() -> answered.forEach(read -> read.index().complete(index)));
            }
        }

        private void end(RegistryException failure) {
            List<Read> answered = close();
            if (!answered.isEmpty()) {
                executor.execute(() -> fail(answered, failure));
            }
        }

        /** Ends it once; the reads that it answers. */
        private List<Read> close() {
            synchronized (this) {
                if (over) {
                    return List.of();
                }
                over = true;
            }
            List<Read> answered;
            synchronized (ReadBarrier.this) {
                answered = List.copyOf(reads);
                reads.clear();
            }
            ended(this);
            return answered;
        }
    }
}
