package io.meshkit.bench.run;

import io.meshkit.bench.systems.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** Which figures of {@link GrowthResults} the two plots show. */
final class GrowthPlots {
    private static final double MIB = 1 << 20;

    private GrowthPlots() {}

    /** Costs and memory over the number of shards. */
    static String ofShards(GrowthResults results) {
        List<Plot.Series> costs = new ArrayList<>();
        for (Work work : results.plan().works()) {
            List<Plot.Point> points = new ArrayList<>();
            for (SizeStep step : results.sizes()) {
                for (Sample sample : step.samples()) {
                    Double micros = sample.serverMicrosPerOperation();
                    if (sample.cell().work() == work && micros != null) {
                        points.add(new Plot.Point(step.shards(), micros));
                    }
                }
            }
            costs.add(new Plot.Series(work.label(), points));
        }
        return Plot.of(
                "shards",
                List.of(
                        new Plot.Panel("CPU time of all nodes per call, µs", true, costs),
                        new Plot.Panel(
                                "Resident memory of a node, MiB",
                                false,
                                List.of(
                                        memory(
                                                results,
                                                "the largest",
                                                rss -> rss.max().orElseThrow()),
                                        memory(
                                                results,
                                                "their mean",
                                                rss -> rss.average().orElseThrow())))));
    }

    private static Plot.Series memory(GrowthResults results, String name, ToDoubleFunction<LongStream> figure) {
        return new Plot.Series(
                name,
                results.sizes().stream()
                        .filter(step -> !step.rssBytes().isEmpty())
                        .map(step -> new Plot.Point(
                                step.shards(),
                                figure.applyAsDouble(step.rssBytes().values().stream()
                                                .mapToLong(Long::longValue))
                                        / MIB))
                        .toList());
    }

    /** Delays and memory over the number of watchers. */
    static String ofWatchers(GrowthResults results) {
        List<WatchSample> samples = results.watches().stream()
                .map(WatchStep::sample)
                .filter(Objects::nonNull)
                .toList();
        List<WatchSample> local =
                samples.stream().filter(sample -> sample.rssBytes() > 0).toList();
        return Plot.of(
                "watchers",
                List.of(
                        new Plot.Panel(
                                "From a change's sending to its arrival, ms",
                                true,
                                List.of(
                                        of("p50", samples, WatchSample::p50Ms),
                                        of("p99", samples, WatchSample::p99Ms))),
                        new Plot.Panel(
                                "Resident memory of the watched node, MiB",
                                false,
                                List.of(
                                        of("with the watchers", local, sample -> sample.rssBytes() / MIB),
                                        of("before them", local, sample -> sample.rssBeforeBytes() / MIB)))));
    }

    private static Plot.Series of(String name, List<WatchSample> samples, ToDoubleFunction<WatchSample> figure) {
        return new Plot.Series(
                name,
                samples.stream()
                        .map(sample -> new Plot.Point(sample.watchers(), figure.applyAsDouble(sample)))
                        .toList());
    }
}
