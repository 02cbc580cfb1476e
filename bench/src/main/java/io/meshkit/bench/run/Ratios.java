package io.meshkit.bench.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Systems against each other: only ratios of one run mean anything, for machines differ.
 *
 * <p>A ratio is that of the medians; its spread is that of the rounds, each against the other system's same round.
 *
 * @param least the least of the rounds' ratios
 * @param most  the greatest
 */
record Ratios(double ofMedians, double least, double most) {

    /** Operations per second of one system by those of another, or null if one of them was not measured. */
    static @Nullable Ratios ofRates(Results results, Plan.Cell cell, String system, String other) {
        return of(rates(results.rounds(system, cell)), rates(results.rounds(other, cell)));
    }

    private static List<Double> rates(List<Sample> samples) {
        return samples.stream().map(sample -> sample.tally().perSecond()).toList();
    }

    private static @Nullable Ratios of(List<Double> ours, List<Double> theirs) {
        List<Double> each = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            double ratio = ours.get(i) / theirs.get(i);
            if (Double.isFinite(ratio)) {
                each.add(ratio);
            }
        }
        double medians = Results.medianMs(ours) / Results.medianMs(theirs);
        if (each.isEmpty() || !Double.isFinite(medians)) {
            return null;
        }
        return new Ratios(
                medians,
                each.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                each.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }
}
