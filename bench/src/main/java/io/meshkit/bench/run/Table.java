package io.meshkit.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The results for people. */
final class Table {
    private static final String HEADER =
            "system        work              outstanding       ops/s    p50 ms    p95 ms    p99 ms  p99.9 ms  server µs/op  client µs/op  others  retries  errors";

    private Table() {}

    static String of(Results results) {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        for (Summary summary : results.summaries()) {
            lines.add(String.format(
                            Locale.ROOT,
                            "%-13s %-17s %11d %11.0f %9.2f %9.2f %9.2f %9.2f  %12s  %12s %7.2f %8d  %s",
                            summary.system(),
                            summary.cell().work().label(),
                            summary.cell().outstanding(),
                            summary.perSecond(),
                            summary.p50Ms(),
                            summary.p95Ms(),
                            summary.p99Ms(),
                            summary.p999Ms(),
                            micros(summary.serverMicros()),
                            micros(summary.clientMicros()),
                            summary.othersCores(),
                            summary.retries(),
                            errors(summary.errors()))
                    .stripTrailing());
        }
        results.times()
                .forEach((key, each) -> lines.add(String.format(
                        Locale.ROOT,
                        "%-13s %-17s median %,.0f ms of %s",
                        key.system(),
                        key.work().label(),
                        Results.medianMs(each),
                        each.stream()
                                .map(ms -> String.format(Locale.ROOT, "%,.0f", ms))
                                .toList())));
        lines.add("");
        int warmups = results.plan().warmupRounds();
        lines.add("Medians over the rounds"
                + (warmups == 0 ? "" : "; the " + warmups + " before them were for warming up and do not count")
                + ". others: cores that neither nodes nor client kept busy, of "
                + results.machine().processors() + ".");
        Map<String, Long> rss = results.rssBytes();
        if (!rss.isEmpty()) {
            lines.add("Memory (RSS, the most at the end of a measurement): "
                    + rss.entrySet().stream()
                            .map(node -> node.getKey() + " " + node.getValue() / (1 << 20) + " MiB")
                            .collect(Collectors.joining(", ")));
        }
        DiskFloor disk = results.disk();
        if (disk != null) {
            lines.add(String.format(
                    Locale.ROOT, "Disk: fdatasync of 4 KiB p50 %.3f ms, p99 %.3f ms", disk.p50Ms(), disk.p99Ms()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String micros(@Nullable Double micros) {
        return micros == null ? "-" : String.format(Locale.ROOT, "%.1f", micros);
    }

    static String errors(Map<String, Long> errors) {
        return errors.isEmpty()
                ? "0"
                : errors.entrySet().stream()
                        .map(error -> error.getKey() + "=" + error.getValue())
                        .collect(Collectors.joining(" "));
    }
}
