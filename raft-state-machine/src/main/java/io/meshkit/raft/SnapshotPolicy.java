package io.meshkit.raft;

import java.time.Duration;

/**
 * When the replica makes its state durable and how much log it keeps behind it.
 *
 * <p>A snapshot is a flush of the live store: it makes restarts short and lets old log go. Between two
 * snapshots the log alone makes applied state durable.
 *
 * @param entriesMax        default 100,000: log entries after which a snapshot is taken
 * @param intervalMax       default 10 min: the longest time with entries that no snapshot covers
 * @param logEntriesKept    default 200,000: entries kept below the log's end, so that a member that was away
 *                          catches up from the log. 0 keeps none
 * @param logEntriesHeldMax default 1,000,000: entries that a leader keeps beyond that for a member that answers and is
 *                          catching up, so that what it is sent is not dropped meanwhile. 0: holds nothing
 * @param logSegmentBytesMax default 16 MiB: size of a log file; log is dropped by whole files, and the newest two are
 *                          in memory, too. At least 8 KiB
 */
public record SnapshotPolicy(
        long entriesMax, Duration intervalMax, long logEntriesKept, long logEntriesHeldMax, long logSegmentBytesMax) {
    public SnapshotPolicy {
        if (entriesMax < 1
                || logEntriesKept < 0
                || logEntriesHeldMax < 0
                || logSegmentBytesMax < 8192
                || intervalMax.toMillis() < 1) {
            throw new IllegalArgumentException("snapshot policy out of range: entriesMax=" + entriesMax
                    + ", intervalMax=" + intervalMax + ", logEntriesKept=" + logEntriesKept
                    + ", logEntriesHeldMax=" + logEntriesHeldMax + ", logSegmentBytesMax=" + logSegmentBytesMax);
        }
    }

    /** With the default for what is held for a member that catches up. */
    public SnapshotPolicy(long entriesMax, Duration intervalMax, long logEntriesKept, long logSegmentBytesMax) {
        this(entriesMax, intervalMax, logEntriesKept, 1_000_000, logSegmentBytesMax);
    }

    public static SnapshotPolicy defaults() {
        return new SnapshotPolicy(100_000, Duration.ofMinutes(10), 200_000, 16L << 20);
    }
}
