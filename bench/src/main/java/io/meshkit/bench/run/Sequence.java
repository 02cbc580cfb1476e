package io.meshkit.bench.run;

import java.util.List;

/** The revisions that one watcher was told, as a number and a hash of all of them in order. One writer, any reader. */
final class Sequence {
    private static final long PRIME = 1_000_003;

    private volatile long last;
    private volatile long count;
    private long hash;
    private long disorders;

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    synchronized void add(long revision) {
        if (revision <= last) {
            disorders++;
        }
        hash = hash * PRIME + revision;
        count = count + 1;
        last = revision;
    }

    long last() {
        return last;
    }

    long count() {
        return count;
    }

    /** Revisions that came twice or after a later one. */
    synchronized long disorders() {
        return disorders;
    }

    synchronized boolean equalsAll(List<Long> revisions) {
        long expected = 0;
        for (long revision : revisions) {
            expected = expected * PRIME + revision;
        }
        return disorders == 0 && count == revisions.size() && hash == expected;
    }
}
