package io.meshkit.raft;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a snapshot when applied entries have gone uncovered for too long. Ratis itself counts entries only. */
final class SnapshotTimer {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTimer.class);

    private final Progress progress;
    private final long intervalNanos;
    private final Supplier<CompletableFuture<Void>> createSnapshot;

    private long coveredIndex;
    private long uncoveredSinceNanos;
    private boolean uncovered;

    SnapshotTimer(Progress progress, Duration interval, Supplier<CompletableFuture<Void>> createSnapshot) {
        this.progress = progress;
        this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(interval.toMillis());
        this.createSnapshot = createSnapshot;
        this.coveredIndex = progress.snapshot().index();
    }

    /** Thread: the sweeper's. */
    void sweep(long nowNanos) {
        long snapshotIndex = progress.snapshot().index();
        boolean nothingNew = progress.applied().index() <= snapshotIndex;
        if (nothingNew || snapshotIndex != coveredIndex) {
            coveredIndex = snapshotIndex;
            uncovered = false;
        }
        if (nothingNew) {
            return;
        }
        if (!uncovered) {
            uncovered = true;
            uncoveredSinceNanos = nowNanos;
        } else if (nowNanos - uncoveredSinceNanos >= intervalNanos) {
            // Not again before another interval, should this one fail.
            uncoveredSinceNanos = nowNanos;
            var unused = createSnapshot.get().whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.warn("a snapshot that was due by time failed", failure);
                }
            });
        }
    }
}
