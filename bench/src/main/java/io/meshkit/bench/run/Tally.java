package io.meshkit.bench.run;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a closed loop counted.
 *
 * @param latencyNanos of the operations that succeeded within the window
 * @param elapsedNanos length of the window, > 0
 * @param retries      that the client made under successes of the window
 * @param errors       failures by code, of the window, of the warm-up before it and of the draining after it
 */
record Tally(Histogram latencyNanos, long elapsedNanos, long retries, Map<String, Long> errors) {

    long operations() {
        return latencyNanos.getTotalCount();
    }

    double perSecond() {
        return operations() * 1e9 / elapsedNanos;
    }

    double percentileMs(double percentile) {
        return operations() == 0 ? Double.NaN : latencyNanos.getValueAtPercentile(percentile) / 1e6;
    }

    long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
