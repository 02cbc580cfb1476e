package io.meshkit.raft;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Tells who waits that the known leader has changed. Thread: any number. */
final class LeaderSignal {
    private final Executor executor;
    private CompletableFuture<Void> next = new CompletableFuture<>();
    private Optional<NodeId> known = Optional.empty();
    private boolean closed;

    LeaderSignal(Executor executor) {
        this.executor = executor;
    }

    /** As {@link Replica#leaderChange}. */
    synchronized CompletableFuture<Void> next() {
        return next.copy();
    }

    /** The leader may have changed or become ready. */
    void changed() {
        CompletableFuture<Void> reached;
        synchronized (this) {
            if (closed) {
                return;
            }
            reached = next;
            next = new CompletableFuture<>();
        }
        executor.execute(() -> reached.complete(null));
    }

    /** Ratis tells of a new leader, but not of a lost one: looked at regularly. */
    void observe(Optional<NodeId> leader) {
        synchronized (this) {
            if (leader.equals(known)) {
                return;
            }
            known = leader;
        }
        changed();
    }

    void close() {
        CompletableFuture<Void> reached;
        synchronized (this) {
            closed = true;
            reached = next;
        }
        reached.cancel(false);
    }
}
