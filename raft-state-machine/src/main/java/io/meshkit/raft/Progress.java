package io.meshkit.raft;

import io.meshkit.api.RegistryException;
import io.meshkit.domain.LogPosition;
import java.util.concurrent.Executor;

/**
 * How far this member has applied, and who waits for more.
 *
 * <p>Invariant: snapshot ≤ applied; neither goes back.
 *
 * <p>Thread: written by the apply thread, read by any.
 */
final class Progress {
    private final IndexWaiters indexes;
    private final IndexWaiters revisions;
    private volatile LogPosition applied;
    private volatile LogPosition snapshot;

    Progress(LogPosition applied, long revision, Executor executor) {
        this.applied = applied;
        this.snapshot = applied;
        this.indexes = new IndexWaiters(
                applied.index(),
                executor,
                index -> Errors.deadlineNotApplied("this node has not applied log index " + index + " in time"));
        this.revisions = new IndexWaiters(
                revision,
                executor,
                wanted -> Errors.deadlineNotApplied("this node has not applied revision " + wanted + " in time"));
    }

    LogPosition applied() {
        return applied;
    }

    /** What a restart need not replay. */
    LogPosition snapshot() {
        return snapshot;
    }

    IndexWaiters indexes() {
        return indexes;
    }

    IndexWaiters revisions() {
        return revisions;
    }

    void applied(LogPosition position) {
        if (position.index() < applied.index() || position.term() < applied.term()) {
            throw new IllegalStateException("applied would go back from " + applied + " to " + position);
        }
        applied = position;
    }

    void snapshot(LogPosition position) {
        if (position.index() > applied.index() || position.index() < snapshot.index()) {
            throw new IllegalStateException(
                    "snapshot at " + position + " is not between " + snapshot + " and applied " + applied);
        }
        snapshot = position;
    }

    /** Wakes who waited for it: everything up to it is visible. */
    void publish(long revision) {
        revisions.advance(revision);
        indexes.advance(applied.index());
    }

    void sweep(long nowNanos) {
        indexes.sweep(nowNanos);
        revisions.sweep(nowNanos);
    }

    void close(RegistryException failure) {
        indexes.close(failure);
        revisions.close(failure);
    }
}
