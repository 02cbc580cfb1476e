package io.meshkit.bench.run;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cell over its rounds: of each figure its own median; failures and retries are added up.
 *
 * @param serverMicros CPU time of all nodes per operation, or null when unknown
 */
record Summary(
        String system,
        Plan.Cell cell,
        int rounds,
        double perSecond,
        double p50Ms,
        double p95Ms,
        double p99Ms,
        double p999Ms,
        @Nullable Double serverMicros,
        @Nullable Double clientMicros,
        double othersCores,
        long retries,
        Map<String, Long> errors) {

    /** @param samples of one cell, at least one */
    static Summary of(List<Sample> samples) {
        Map<String, Long> errors = new TreeMap<>();
        samples.forEach(sample -> sample.tally().errors().forEach((code, n) -> errors.merge(code, n, Long::sum)));
        return new Summary(
                samples.getFirst().system(),
                samples.getFirst().cell(),
                samples.size(),
                median(samples, sample -> sample.tally().perSecond()),
                percentile(samples, 50),
                percentile(samples, 95),
                percentile(samples, 99),
                percentile(samples, 99.9),
                medianOrNull(samples, Sample::serverMicrosPerOperation),
                medianOrNull(samples, Sample::clientMicrosPerOperation),
                median(samples, Sample::othersCores),
                samples.stream().mapToLong(sample -> sample.tally().retries()).sum(),
                errors);
    }

    private static double percentile(List<Sample> samples, double percentile) {
        return median(samples, sample -> sample.tally().percentileMs(percentile));
    }

    private static double median(List<Sample> samples, Function<Sample, Double> figure) {
        Double median = medianOrNull(samples, figure);
        return median == null ? Double.NaN : median;
    }

    private static @Nullable Double medianOrNull(List<Sample> samples, Function<Sample, @Nullable Double> figure) {
        double[] known = samples.stream()
                .map(figure)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray();
        return known.length == 0 ? null : median(known);
    }

    /** The middle one, or the mean of the two in the middle. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
