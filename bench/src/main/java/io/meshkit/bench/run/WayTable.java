package io.meshkit.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Ways compared, as a table in Markdown. Figures are medians over the rounds; ratios are medians of each round's own
 * ratio to the baseline at the same load, since a disturbance meets neighbours alike.
 */
final class WayTable {
    private WayTable() {}

    /** @param baseline what 1.00 stands for */
    static String of(List<WaySample> samples, Way baseline) {
        List<String> lines = new ArrayList<>();
        lines.add("| outstanding | way | calls/s | × " + baseline.label() + " | p50 ms | p99 ms | × " + baseline.label()
                + " | server µs/call | errors |");
        lines.add("|---|---|---|---|---|---|---|---|---|");
        for (int outstanding :
                samples.stream().map(WaySample::outstanding).distinct().toList()) {
            for (Way way : samples.stream().map(WaySample::way).distinct().toList()) {
                List<WaySample> own = samples.stream()
                        .filter(sample -> sample.way() == way && sample.outstanding() == outstanding)
                        .toList();
                List<WaySample> base = samples.stream()
                        .filter(sample -> sample.way() == baseline && sample.outstanding() == outstanding)
                        .toList();
                Map<String, Long> errors = new TreeMap<>();
                own.forEach(sample -> sample.errors().forEach((code, n) -> errors.merge(code, n, Long::sum)));
                lines.add(String.format(
                        Locale.ROOT,
                        "| %d | %s | %.0f | %.2f | %.2f | %.2f | %.2f | %.0f | %s |",
                        outstanding,
                        way.label(),
                        median(own, WaySample::perSecond),
                        ratio(own, base, WaySample::perSecond),
                        median(own, WaySample::p50Ms),
                        median(own, WaySample::p99Ms),
                        ratio(own, base, WaySample::p99Ms),
                        median(own, WaySample::serverMicros),
                        Table.errors(errors)));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** The median over the rounds of own figure by baseline's. */
    static double ratio(List<WaySample> own, List<WaySample> base, ToDoubleFunction<WaySample> figure) {
        double[] ratios = own.stream()
                .flatMapToDouble(sample -> base.stream()
                        .filter(other -> other.round() == sample.round())
                        .mapToDouble(other -> figure.applyAsDouble(sample) / figure.applyAsDouble(other)))
                .filter(Double::isFinite)
                .toArray();
        return ratios.length == 0 ? Double.NaN : Summary.median(ratios);
    }

    private static double median(List<WaySample> samples, ToDoubleFunction<WaySample> figure) {
        double[] known =
                samples.stream().mapToDouble(figure).filter(Double::isFinite).toArray();
        return known.length == 0 ? Double.NaN : Summary.median(known);
    }
}
