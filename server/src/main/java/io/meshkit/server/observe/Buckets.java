package io.meshkit.server.observe;

import com.codahale.metrics.Metric;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram of fixed buckets, as Prometheus wants it: unlike quantiles, buckets add up over nodes.
 *
 * <p>Thread: any number. A reader may see a sum and counts of slightly different moments.
 */
public final class Buckets implements Metric {
    private final long[] bounds;
    private final double unit;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    private Buckets(long[] bounds, double unit) {
        this.bounds = bounds;
        this.unit = unit;
        this.counts = new LongAdder[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Durations from 0.25 ms to 10 s, recorded in nanoseconds, shown in seconds. */
    public static Buckets durations() {
        long[] micros = {
            250,
            500,
            1_000,
            2_500,
            5_000,
            10_000,
            25_000,
            50_000,
            100_000,
            250_000,
            500_000,
            1_000_000,
            2_500_000,
            5_000_000,
            10_000_000
        };
        long[] nanos = new long[micros.length];
        for (int i = 0; i < micros.length; i++) {
            nanos[i] = micros[i] * 1_000;
        }
        return new Buckets(nanos, 1e-9);
    }

    /** Small counts, by powers of two up to 4096. */
    public static Buckets counts() {
        long[] bounds = new long[13];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = 1L << i;
        }
        return new Buckets(bounds, 1);
    }

    /** Milliseconds from 1 ms to 5 min, recorded and shown as such. */
    public static Buckets milliseconds() {
        return new Buckets(
                new long[] {1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000}, 1);
    }

    public void record(long value) {
        int i = 0;
        while (i < bounds.length && value > bounds[i]) {
            i++;
        }
        counts[i].increment();
        sum.add(value);
    }

    int size() {
        return bounds.length;
    }

    double bound(int i) {
        return bounds[i] * unit;
    }

    /** Values in the i-th bucket alone; the last is beyond all bounds. */
    long count(int i) {
        return counts[i].sum();
    }

    double sum() {
        return sum.sum() * unit;
    }
}
