package io.meshkit.jepsen.sim;

import java.util.concurrent.TimeUnit;

/** One monotonic time for all, and a wall clock for each. Thread: one. */
final class SimClock {
    private static final long START_MS = 1_700_000_000_000L;
    private final long[] skewMs;
    private long ms;

    SimClock(int nodes) {
        skewMs = new long[nodes];
    }

    void advance(long more) {
        ms += more;
    }

    void skew(int node, long to) {
        skewMs[node] = to;
    }

    long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    long wallMs(int node) {
        return START_MS + ms + skewMs[node];
    }
}
