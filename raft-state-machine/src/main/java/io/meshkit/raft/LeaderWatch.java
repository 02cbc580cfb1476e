package io.meshkit.raft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election at once when the leader's process is gone, instead of waiting for the election timeout.
 *
 * <p>It takes all three: the leader's streams to this member broke; its Raft port refuses connections; and a majority
 * of the voters, this one included, say both of that leader in that term. Anything else proves nothing and is left to
 * the ordinary timeout. What follows is an ordinary election, without the question beforehand whether others have heard
 * of the leader lately, for they have. See ADR-0022.
 *
 * <p>Those who agree stand in a fixed order, the longest log first, each {@link #STAGGER_MS} after the one before
 * unless a newer term or a leader has come by then.
 *
 * <p>Thread: any number; {@link #sweep} and {@link #broken} are quick.
 */
final class LeaderWatch {
    static final long RETRY_MS = 50;
    static final long STAGGER_MS = 300;
    static final long ASK_TIMEOUT_MS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);

    /** This member's part in Raft. */
    interface Self {
        View view();

        Optional<Member> find(NodeId member);

        /**
         * Starts an election, if the member still follows the leader in the term of the last entry of its log. Blocks.
         *
         * @return whether it did
         */
        boolean stand(NodeId leader) throws IOException;
    }

    /**
     * What the member knows at one moment.
     *
     * @param votes    it is a follower and a voter
     * @param voters   as {@link Leadership#voters}
     * @param logTerm  of its last entry, −1 without one
     * @param logIndex of the same
     */
    record View(
            long term, Optional<NodeId> leader, boolean votes, List<Set<NodeId>> voters, long logTerm, long logIndex) {
        boolean follows(NodeId other, long inTerm) {
            return votes && term == inTerm && leader.equals(Optional.of(other));
        }

        Testimony testimony(boolean gone) {
            return new Testimony(gone, logTerm, logIndex);
        }
    }

    /** A leader whose streams broke. Guarded by the watch. */
    private static final class Suspicion {
        final NodeId leader;
        final long term;
        final long untilNanos;
        long nextNanos;
        boolean busy;
        boolean waited;

        Suspicion(NodeId leader, long term, long untilNanos) {
            this.leader = leader;
            this.term = term;
            this.untilNanos = untilNanos;
        }
    }

    private final NodeId id;
    private final Self self;
    private final LeaderStreams streams;
    private final PortProbe probe;
    private final PeerRpc peers;
    private final long windowNanos;
    private final LongSupplier nanoTime;
    private final Executor executor;
    private final AtomicLong elections = new AtomicLong();

    // Guarded by this.
    private @Nullable Suspicion current;

    /** @param windowMs for so long it looks again; then the ordinary timeout has come */
    LeaderWatch(
            NodeId id,
            Self self,
            LeaderStreams streams,
            PortProbe probe,
            PeerRpc peers,
            long windowMs,
            LongSupplier nanoTime,
            Executor executor) {
        this.id = id;
        this.self = self;
        this.streams = streams;
        this.probe = probe;
        this.peers = peers;
        this.windowNanos = TimeUnit.MILLISECONDS.toNanos(windowMs);
        this.nanoTime = nanoTime;
        this.executor = executor;
    }

    /** Elections that it has started. */
    long elections() {
        return elections.get();
    }

    /** The member's last stream to this one has ended. */
    void broken(NodeId member) {
        View view = self.view();
        if (!view.follows(member, view.term())) {
            return;
        }
        long now = nanoTime.getAsLong();
        Suspicion suspicion = new Suspicion(member, view.term(), now + windowNanos);
        synchronized (this) {
            Suspicion known = current;
            if (known != null && known.leader.equals(member) && known.term == view.term()) {
                return;
            }
            suspicion.busy = true;
            current = suspicion;
        }
        executor.execute(() -> look(suspicion));
    }

    /** Looks again when it is time. */
    void sweep(long nowNanos) {
        Suspicion due;
        synchronized (this) {
            due = current;
            if (due == null || due.busy || due.nextNanos - nowNanos > 0) {
                return;
            }
            if (due.untilNanos - nowNanos <= 0) {
                current = null;
                return;
            }
            due.busy = true;
        }
        Suspicion suspicion = due;
        executor.execute(() -> look(suspicion));
    }

    /** What another member is told who asks whether the leader is gone. Blocks. */
    Testimony testify(NodeId leader, long term) {
        View view = self.view();
        boolean mine = view.term() == term
                && !leader.equals(id)
                && view.leader().map(leader::equals).orElse(true);
        return view.testimony(mine && isGone(leader));
    }

    private boolean isGone(NodeId leader) {
        // The stream is asked again at last: a leader that restarts may have come back meanwhile.
        return !streams.isOpen(leader)
                && self.find(leader).map(probe::refuses).orElse(false)
                && !streams.isOpen(leader);
    }

    private void look(Suspicion suspicion) {
        View view = self.view();
        if (!view.follows(suspicion.leader, suspicion.term) || streams.isOpen(suspicion.leader)) {
            end(suspicion);
        } else if (!isGone(suspicion.leader)) {
            again(suspicion, RETRY_MS);
        } else {
            var unused = LeaderPoll.ask(id, suspicion.leader, suspicion.term, view.voters(), peers, ASK_TIMEOUT_MS)
                    .thenAcceptAsync(agreeing -> polled(suspicion, view, agreeing), executor);
        }
    }

    private void polled(Suspicion suspicion, View view, Optional<Map<NodeId, Testimony>> agreeing) {
        if (agreeing.isEmpty()) {
            again(suspicion, RETRY_MS);
            return;
        }
        int place = place(view, agreeing.get());
        if (place > 0 && !suspicion.waited) {
            suspicion.waited = true;
            again(suspicion, place * STAGGER_MS);
            return;
        }
        end(suspicion);
        stand(suspicion, agreeing.get().keySet());
    }

    private int place(View view, Map<NodeId, Testimony> agreeing) {
        Map<NodeId, Testimony> all = new HashMap<>(agreeing);
        all.put(id, view.testimony(true));
        List<Map.Entry<NodeId, Testimony>> order = new ArrayList<>(all.entrySet());
        order.sort(Map.Entry.<NodeId, Testimony>comparingByValue(Testimony.LONGER_LOG_FIRST)
                .thenComparing(Map.Entry::getKey, Comparator.comparing(NodeId::value)));
        return order.stream().map(Map.Entry::getKey).toList().indexOf(id);
    }

    private void stand(Suspicion suspicion, Set<NodeId> agreeing) {
        List<String> names = agreeing.stream().map(NodeId::value).sorted().toList();
        LOG.info(
                "leader {} is gone (its port refuses connections, {} says so too): standing for election in term {}",
                suspicion.leader,
                String.join(", ", names),
                suspicion.term + 1);
        try {
            if (self.stand(suspicion.leader)) {
                elections.incrementAndGet();
            } else {
                LOG.info("no election was started: the leader, the term or the log has changed meanwhile");
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("no election could be started; the election timeout will", e);
        }
    }

    private synchronized void again(Suspicion suspicion, long inMs) {
        suspicion.nextNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(inMs);
        suspicion.busy = false;
    }

    private synchronized void end(Suspicion suspicion) {
        if (current == suspicion) {
            current = null;
        }
    }
}
