package io.meshkit.bench.run;

import java.util.Map;
import java.util.TreeMap;

/**
 * One way at one load in one round.
 *
 * @param serverMicros CPU time of the node per call; NaN when the node is not local
 * @param othersCores  cores that neither the node nor the client kept busy; NaN when unknown
 */
record WaySample(
        Way way,
        int outstanding,
        int round,
        double perSecond,
        double p50Ms,
        double p99Ms,
        double serverMicros,
        double othersCores,
        Map<String, Long> errors) {

    WaySample {
        errors = new TreeMap<>(errors);
    }
}
