package io.meshkit.bench.run;

import io.meshkit.bench.systems.Work;
import java.time.Duration;
import java.util.List;

/**
 * What {@code bench growth} is to measure.
 *
 * @param shards     ascending, each ≥ 1
 * @param works      of kind {@link Work.Kind#LOOP}
 * @param watchers   ascending, each ≥ 1; may be none
 * @param rate       changes per second that the watchers follow
 * @param calmWithin how long nodes may take to calm down before a measurement begins anyway
 */
record GrowthPlan(
        List<Integer> shards,
        List<Work> works,
        int outstanding,
        Duration warmup,
        Duration duration,
        int valueBytes,
        List<Integer> watchers,
        int rate,
        Duration calmWithin) {
    /** So many watchers are told of one change: deliveries per second are this times the rate, however many watch. */
    static final int WATCHERS_PER_NAMESPACE = 10;

    /** A namespace of its own for each size of value: what an earlier run has left has the right size. */
    String namespace() {
        return "bench-growth-" + valueBytes;
    }

    static String watchedNamespace(int number) {
        return "bench-growth-watched-" + number;
    }

    /** Namespaces that so many watchers watch, one shard in each. */
    static int namespaces(int watchers) {
        return Math.ceilDiv(watchers, WATCHERS_PER_NAMESPACE);
    }

    /** Shards beside those of the largest size, while watchers are measured. */
    int watchedShards() {
        return watchers.isEmpty() ? 0 : namespaces(watchers.getLast());
    }
}
