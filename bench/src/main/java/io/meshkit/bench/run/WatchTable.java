package io.meshkit.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of {@code bench watch} for people. */
final class WatchTable {
    private static final String WATCHES =
            "watchers  stalled  rounds  changes/s  told/s      p50 ms    p99 ms    max ms  lag p50  lag p99  wrong  catch-up ms  RSS MiB  KiB/watcher  node  client  others";
    private static final String PAGES =
            "  shards  pages  import s       s  page p50 ms  page p99 ms  changes  revisions  wrong  RSS MiB";

    private WatchTable() {}

    /** Medians over the rounds of each load; what is wrong is added up. */
    static String ofWatches(List<WatchSample> samples) {
        List<String> lines = new ArrayList<>(List.of(WATCHES));
        List<WatchSample> left = new ArrayList<>(samples);
        while (!left.isEmpty()) {
            WatchSample first = left.getFirst();
            List<WatchSample> same = left.stream()
                    .filter(each -> each.watchers() == first.watchers() && each.stalled() == first.stalled())
                    .toList();
            left.removeAll(same);
            lines.add(row(same));
        }
        lines.addAll(effects(samples));
        lines.add("");
        lines.add(
                "Medians over the rounds. told/s: deliveries; delays from the sending of a change to its arrival,"
                        + " lag: from its acknowledgement. wrong: watchers whose sequence is not the journal's. node, client, others: cores.");
        return String.join("\n", lines) + "\n";
    }

    /** What stalled watchers change for those that read, where both were measured. */
    private static List<String> effects(List<WatchSample> samples) {
        List<String> lines = new ArrayList<>();
        for (WatchSample first : samples) {
            List<WatchSample> with = samples.stream()
                    .filter(each -> each.watchers() == first.watchers() && each.stalled() > 0)
                    .toList();
            List<WatchSample> without = samples.stream()
                    .filter(each -> each.watchers() == first.watchers() && each.stalled() == 0)
                    .toList();
            if (first != without.stream().findFirst().orElse(null) || with.isEmpty()) {
                continue;
            }
            double[] ratios = with.stream()
                    .flatMapToDouble(each -> without.stream()
                            .filter(other -> other.round() == each.round())
                            .mapToDouble(other -> each.p99Ms() / other.p99Ms()))
                    .sorted()
                    .toArray();
            lines.add(String.format(
                    Locale.ROOT,
                    "%d watchers' p99 with %d stalled beside them: x%.3f of that without, by medians; by rounds x%.2f to x%.2f",
                    first.watchers(),
                    with.getFirst().stalled(),
                    p99(with) / p99(without),
                    ratios.length == 0 ? Double.NaN : ratios[0],
                    ratios.length == 0 ? Double.NaN : ratios[ratios.length - 1]));
        }
        return lines;
    }

    private static double p99(List<WatchSample> same) {
        return median(same.stream().mapToDouble(WatchSample::p99Ms).toArray());
    }

    private static String row(List<WatchSample> same) {
        WatchSample first = same.getFirst();
        double grown = median(same.stream()
                .mapToDouble(each -> each.rssBytes() - each.rssBeforeBytes())
                .toArray());
        return String.format(
                Locale.ROOT,
                "%8d  %7d  %6d  %9.0f  %8.0f  %8.1f  %8.1f  %8.1f  %7.2f  %7.2f  %5d  %11.0f  %7.0f  %11.1f  %4.2f  %6.2f  %6.2f",
                first.watchers(),
                first.stalled(),
                same.size(),
                median(same.stream().mapToDouble(WatchSample::changesPerSecond).toArray()),
                median(same.stream()
                        .mapToDouble(WatchSample::deliveredPerSecond)
                        .toArray()),
                median(same.stream().mapToDouble(WatchSample::p50Ms).toArray()),
                p99(same),
                median(same.stream().mapToDouble(WatchSample::maxMs).toArray()),
                median(same.stream().mapToDouble(WatchSample::lagP50Ms).toArray()),
                median(same.stream().mapToDouble(WatchSample::lagP99Ms).toArray()),
                same.stream().mapToInt(WatchSample::wrong).sum(),
                median(same.stream().mapToDouble(WatchSample::catchUpMs).toArray()),
                median(same.stream().mapToDouble(WatchSample::rssBytes).toArray()) / (1 << 20),
                grown / 1024 / Math.max(1, first.watchers() + first.stalled()),
                median(same.stream().mapToDouble(WatchSample::nodeCores).toArray()),
                median(same.stream().mapToDouble(WatchSample::clientCores).toArray()),
                median(same.stream().mapToDouble(WatchSample::othersCores).toArray()));
    }

    private static double median(double[] values) {
        return Summary.median(values);
    }

    static String ofPages(List<PagingSample> samples) {
        List<String> lines = new ArrayList<>(List.of(PAGES));
        for (PagingSample sample : samples) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%8d  %5d  %8.1f  %6.1f  %11.1f  %11.1f  %7d  %9d  %5d  %7.0f",
                    sample.shards(),
                    sample.pages(),
                    sample.importSeconds(),
                    sample.seconds(),
                    sample.pageP50Ms(),
                    sample.pageP99Ms(),
                    sample.changes(),
                    sample.revisions(),
                    sample.wrong(),
                    sample.rssBytes() / (double) (1 << 20)));
        }
        lines.add("");
        lines.add("All pages at one revision, while shards change; wrong: shards that differ from the journal's state"
                + " at that revision. RSS: of all local nodes.");
        return String.join("\n", lines) + "\n";
    }
}
