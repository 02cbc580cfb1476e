package io.meshkit.raft;

import io.meshkit.api.RegistryException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * <p>A round first asks as many voters as a majority takes, the others only when one of these fails, disagrees or is silent
 * for {@value #PATIENCE_MS} ms; who did comes last in the rounds that follow. Each question costs both sides as much as some
 * reads.
 *
 * <p>Ratis's own LINEARIZABLE option is not used: it skips the confirmation for an index that has been confirmed
 * once, and lets reads join heartbeats that were sent before they arrived.
 *
 * <p>Thread: any number. Public so that the simulation runs the same code. Source: Raft thesis §6.4.
 */
public final class ReadBarrier {
    /** How long a round waits, and until the next sweep, before it asks those whom it has spared. */
    static final long PATIENCE_MS = 10;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);

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
    /** Members that failed a round, the latest last. */
    private final Set<NodeId> laggards = new LinkedHashSet<>();

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
        Round slow = null;
        synchronized (this) {
            takeExpired(waiting, nowNanos, expired);
            if (running != null) {
                takeExpired(running.reads, nowNanos, expired);
                long tookNanos = nowNanos - running.startedNanos;
                if (tookNanos >= TimeUnit.MILLISECONDS.toNanos(roundTimeoutMs)) {
                    late = running;
                } else if (tookNanos >= PATIENCE_NANOS) {
                    slow = running;
                }
            }
        }
        fail(expired, Errors.deadlineNotApplied("time ran out while the leader's term was being confirmed"));
        if (slow != null) {
            slow.askOthers();
        }
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
        Round round = new Round(waiting, nanoTime.getAsLong());
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

    /** The other voters, those first that failed no round, or none for longest. */
    private List<NodeId> inOrder(List<Set<NodeId>> voters) {
        Set<NodeId> others = new TreeSet<>(Comparator.comparing(NodeId::value));
        voters.forEach(others::addAll);
        others.remove(self);
        synchronized (this) {
            laggards.retainAll(others);
            others.removeAll(laggards);
            List<NodeId> order = new ArrayList<>(others);
            order.addAll(laggards);
            return order;
        }
    }

    private synchronized void lagged(Collection<NodeId> members) {
        laggards.removeAll(members);
        laggards.addAll(members);
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

        private final long startedNanos;

        // Guarded by the round.
        private boolean over;
        /** Asked, and not heard of. */
        private final Set<NodeId> awaited = new LinkedHashSet<>();
        /** Not asked unless it must be. */
        private List<NodeId> spared = List.of();
        /** Asks a member, once it is known in which term. */
        private Consumer<NodeId> question = member -> {};

        Round(List<Read> reads, long startedNanos) {
            this.reads = reads;
            this.startedNanos = startedNanos;
        }

        void ask(Leadership leadership) {
            TermQuorum quorum = new TermQuorum(leadership.term(), leadership.voters());
            List<NodeId> order = inOrder(leadership.voters());
            int enough = enough(leadership, order);
            List<NodeId> first = order.subList(0, enough);
            synchronized (this) {
                question = member -> ask(leadership, quorum, member);
                awaited.addAll(first);
                spared = order.subList(enough, order.size());
            }
            count(leadership, quorum, self, leadership.term());
            first.forEach(question);
        }

        /** How many of them make a majority of every configuration, with this member. */
        private int enough(Leadership leadership, List<NodeId> order) {
            TermQuorum all = new TermQuorum(leadership.term(), leadership.voters());
            all.reported(self, leadership.term());
            int enough = 0;
            while (enough < order.size() && all.verdict() != TermQuorum.Verdict.CONFIRMED) {
                all.reported(order.get(enough++), leadership.term());
            }
            return enough;
        }

        private void ask(Leadership leadership, TermQuorum quorum, NodeId member) {
            peers.currentTerm(member, roundTimeoutMs)
                    .whenComplete((term, failure) -> count(leadership, quorum, member, failure == null ? term : null));
        }

        /** Those that were asked are too slow: asks those that were not. */
        void askOthers() {
            List<NodeId> silent;
            synchronized (this) {
                if (over || spared.isEmpty()) {
                    return;
                }
                silent = List.copyOf(awaited);
            }
            lagged(silent);
            askSpared();
        }

        private void askSpared() {
            List<NodeId> asked;
            Consumer<NodeId> ask;
            synchronized (this) {
                if (over) {
                    return;
                }
                asked = spared;
                spared = List.of();
                awaited.addAll(asked);
                ask = question;
            }
            asked.forEach(ask);
        }

        /** @param term the member's; null: it did not answer */
        private void count(Leadership leadership, TermQuorum quorum, NodeId member, @Nullable Long term) {
            TermQuorum.Verdict verdict;
            synchronized (this) {
                if (over) {
                    return;
                }
                awaited.remove(member);
                if (term == null) {
                    quorum.failed(member);
                } else {
                    quorum.reported(member, term);
                }
                verdict = quorum.verdict();
            }
            if (term == null || term != leadership.term()) {
                lagged(List.of(member));
                askSpared();
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
