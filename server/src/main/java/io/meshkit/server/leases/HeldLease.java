package io.meshkit.server.leases;

import com.google.protobuf.util.Durations;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeaseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A lease as the leader holds it in memory. Guarded by the lessor. Times are the {@link LeaseClock}'s. */
final class HeldLease {
    LeaseRow row;
    /** When the TTL or, of a suspect, the grace is over. */
    long deadlineNanos;
    /** When it was last extended, or what remains of it last written down. */
    long markedNanos;
    /** Its place in the table's order; at or before the moment when it next needs a look. */
    long wakeNanos;

    boolean queued;
    /** Keep-alives under way: while there are any, nothing is decided against it. */
    int renewing;
    /** A decision about it is in the log; completes, never exceptionally, with whether its outcome is known. */
    @Nullable
    CompletableFuture<Boolean> settling;
    /** A decision about it may or may not have been taken. Its next keep-alive must go through the log. */
    boolean doubtful;

    HeldLease(LeaseRow row, long nowNanos, long remainingNanos) {
        this.row = row;
        this.deadlineNanos = nowNanos + remainingNanos;
        this.markedNanos = nowNanos;
    }

    long id() {
        return row.getId();
    }

    boolean isPeer() {
        return row.getKind().equals("peer");
    }

    long ttlNanos() {
        return TimeUnit.MILLISECONDS.toNanos(row.getTtlMs());
    }

    /** The log holds something that a keep-alive must undo before it is acknowledged. */
    boolean isMarked() {
        return doubtful || row.getSuspect() || row.getRemainingMs() > 0;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    boolean isIdle() {
        return settling == null && renewing == 0;
    }

    /** Extends it to its whole TTL from the given moment; never shortens it. */
    void extend(long fromNanos) {
        long until = fromNanos + ttlNanos();
        if (until - deadlineNanos > 0) {
            deadlineNanos = until;
        }
        if (fromNanos - markedNanos > 0) {
            markedNanos = fromNanos;
        }
    }

    /** Whether, not being a due peer, it needs a step now: its end, or writing down what remains. */
    boolean needsStep(long nowNanos, long checkpointNanos) {
        return isDue(nowNanos) ? !isPeer() : nowNanos - checkpointAt(checkpointNanos) >= 0;
    }

    /** When it next needs a look, unless it is kept alive before. */
    long nextLook(long checkpointNanos) {
        long checkpointAt = checkpointAt(checkpointNanos);
        return checkpointAt - deadlineNanos < 0 ? checkpointAt : deadlineNanos;
    }

    /** When what remains shall be written down: of one that is kept alive in time, never. */
    private long checkpointAt(long intervalNanos) {
        boolean silent = row.getSuspect() || row.getRemainingMs() > 0;
        return markedNanos + (silent ? intervalNanos : Math.max(intervalNanos, ttlNanos() / 2));
    }

    LeaseStatus status(long nowNanos) {
        return LeaseStatus.newBuilder()
                .setId(id())
                .setState(row.getSuspect() ? LeaseState.LEASE_STATE_SUSPECT : LeaseState.LEASE_STATE_ALIVE)
                .setRemaining(Durations.fromNanos(Math.max(0, deadlineNanos - nowNanos)))
                .setKind(row.getKind())
                .setName(row.getName())
                .setFencingToken(row.getFencingToken())
                .build();
    }
}
