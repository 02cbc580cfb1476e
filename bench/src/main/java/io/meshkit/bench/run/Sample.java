package io.meshkit.bench.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cell in one round.
 *
 * @param system       what was measured, by which way
 * @param leader       when the window began; empty if unknown
 * @param nodes        names of the local nodes; empty when no node is local
 * @param nodeCpuNanos spent within the window, per local node in their order
 * @param clientNanos  CPU time of this process within the window
 * @param othersNanos  CPU time of everything else on the machine within the window, ≥ 0: how quiet it was
 * @param nodeRssBytes resident memory at the window's end, per local node
 */
record Sample(
        String system,
        Plan.Cell cell,
        int round,
        String leader,
        Tally tally,
        List<String> nodes,
        List<Long> nodeCpuNanos,
        long clientNanos,
        long othersNanos,
        List<Long> nodeRssBytes) {

    /** CPU time of all nodes per operation, or null when not all of it is known. */
    @Nullable
    Double serverMicrosPerOperation() {
        return nodeCpuNanos.isEmpty() || tally.operations() == 0 ? null : sum(nodeCpuNanos) / 1e3 / tally.operations();
    }

    @Nullable
    Double clientMicrosPerOperation() {
        return tally.operations() == 0 ? null : clientNanos / 1e3 / tally.operations();
    }

    /** How many cores others kept busy. */
    double othersCores() {
        return (double) othersNanos / tally.elapsedNanos();
    }

    private static double sum(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).sum();
    }
}
