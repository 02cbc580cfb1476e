package io.meshkit.server.verbs;

import io.meshkit.raft.NodeId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A follower's read rounds with one leader: a read joins only a round that starts after the read arrived, so
 * at most one round runs and one waits, however many read.
 *
 * <p>Thread: any number.
 */
final class ReadRounds {
    /** A round outlives its first reader, so it has a limit of its own. */
    private static final long ROUND_TIMEOUT_MS = 3_000;

    private final NodeId leader;
    private final LeaderCalls calls;
    private final AtomicLong started;
    private final Object lock = new Object();

    /** The round that starts when the running one has ended; null: none waits. Guarded by lock. */
    private @Nullable CompletableFuture<Long> waiting;

    /** Guarded by lock. */
    private boolean running;

    /**
     * @param started counts rounds
     */
    ReadRounds(NodeId leader, LeaderCalls calls, AtomicLong started) {
        this.leader = leader;
        this.calls = calls;
        this.started = started;
    }

    NodeId leader() {
        return leader;
    }

    /** The index of a round that starts after this call. */
    CompletableFuture<Long> join() {
        CompletableFuture<Long> round;
        synchronized (lock) {
            if (running) {
                if (waiting == null) {
                    waiting = new CompletableFuture<>();
                }
                return waiting;
            }
            running = true;
            round = new CompletableFuture<>();
        }
        start(round);
        return round;
    }

    private void start(CompletableFuture<Long> round) {
        started.incrementAndGet();
        calls.readIndex(leader, ROUND_TIMEOUT_MS).whenComplete((index, failure) -> {
            CompletableFuture<Long> next;
            synchronized (lock) {
                next = waiting;
                waiting = null;
                running = next != null;
            }
            if (next != null) {
                start(next);
            }
            if (failure == null) {
                round.complete(index);
            } else {
                round.completeExceptionally(Waits.asRegistryException(failure));
            }
        });
    }
}
