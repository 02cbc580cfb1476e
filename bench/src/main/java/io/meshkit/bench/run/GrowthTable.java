package io.meshkit.bench.run;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The results of {@code bench growth} as Markdown, for a terminal and for a page alike. */
final class GrowthTable {
    private static final String UNKNOWN = "–";
    private static final double MIB = 1 << 20;

    private final StringBuilder text = new StringBuilder();

    private GrowthTable() {}

    static String of(GrowthResults results) {
        GrowthTable table = new GrowthTable();
        table.write(results);
        return table.text.toString();
    }

    private void write(GrowthResults results) {
        GrowthPlan plan = results.plan();
        text.append("`").append(results.command()).append("`\n\n");
        line(
                "%s, %d cores, which nodes and client share. %d calls outstanding, values of %d bytes, %.1f s after"
                        + " %.1f s of warm-up each.",
                results.startedAt(),
                results.machine().processors(),
                plan.outstanding(),
                plan.valueBytes(),
                plan.duration().toMillis() / 1e3,
                plan.warmup().toMillis() / 1e3);
        text.append('\n');
        row("shards", "work", "calls/s", "p50 ms", "p99 ms", "nodes µs/call", "client µs/call", "others", "failures");
        rule(9, 2);
        results.sizes().forEach(step -> step.samples().forEach(sample -> work(step, sample)));
        text.append('\n');
        row(
                "shards",
                "written",
                "fill s",
                "calm after s",
                "memory MiB, most",
                "all nodes",
                "disk MiB, most",
                "all nodes");
        rule(8, 0);
        results.sizes().forEach(this::size);
        if (!results.watches().isEmpty()) {
            text.append('\n');
            row(
                    "watchers",
                    "namespaces",
                    "changes/s",
                    "told/s",
                    "p50 ms",
                    "p99 ms",
                    "memory MiB, before",
                    "with",
                    "node cores",
                    "client cores",
                    "other cores",
                    "wrong");
            rule(12, 0);
            results.watches().forEach(this::watch);
        }
    }

    private void work(SizeStep step, Sample sample) {
        Tally tally = sample.tally();
        row(
                number("%,.0f", step.shards()),
                sample.cell().work().label(),
                number("%,.0f", tally.perSecond()),
                number("%.2f", tally.percentileMs(50)),
                number("%.2f", tally.percentileMs(99)),
                number("%,.0f", sample.serverMicrosPerOperation()),
                number("%,.0f", sample.clientMicrosPerOperation()),
                number("%.2f", sample.othersCores()),
                Table.errors(tally.errors()));
    }

    private void size(SizeStep step) {
        Collection<Long> rss = step.rssBytes().values();
        row(
                number("%,.0f", step.shards()),
                number("%,.0f", step.written()),
                number("%.1f", step.fillSeconds()),
                calm(step.calm()),
                most(rss),
                sum(rss),
                most(step.dataBytes()),
                sum(step.dataBytes()));
    }

    private void watch(WatchStep step) {
        WatchSample sample = step.sample();
        if (sample == null) {
            row(number("%,.0f", step.watchers()), number("%,.0f", step.namespaces()), step.failure());
            return;
        }
        boolean local = sample.rssBytes() > 0;
        row(
                number("%,.0f", step.watchers()),
                number("%,.0f", step.namespaces()),
                number("%,.0f", sample.changesPerSecond()),
                number("%,.0f", sample.deliveredPerSecond()),
                number("%.1f", sample.p50Ms()),
                number("%.1f", sample.p99Ms()),
                local ? number("%,.0f", sample.rssBeforeBytes() / MIB) : UNKNOWN,
                local ? number("%,.0f", sample.rssBytes() / MIB) : UNKNOWN,
                local ? number("%.2f", sample.nodeCores()) : UNKNOWN,
                number("%.2f", sample.clientCores()),
                number("%.2f", sample.othersCores()),
                Integer.toString(sample.wrong()));
    }

    private static String calm(Calm.Outcome calm) {
        if (Double.isNaN(calm.cores())) {
            return UNKNOWN;
        }
        return number(calm.reached() ? "%.0f" : "not within %.0f", calm.seconds());
    }

    private static String most(Collection<Long> bytes) {
        return bytes.isEmpty()
                ? UNKNOWN
                : number(
                        "%,.0f", bytes.stream().mapToLong(Long::longValue).max().orElse(0) / MIB);
    }

    private static String sum(Collection<Long> bytes) {
        return bytes.isEmpty()
                ? UNKNOWN
                : number("%,.0f", bytes.stream().mapToLong(Long::longValue).sum() / MIB);
    }

    private static String number(String format, @Nullable Double figure) {
        return figure == null || !Double.isFinite(figure) ? UNKNOWN : String.format(Locale.ROOT, format, figure);
    }

    private static String number(String format, int figure) {
        return number(format, (double) figure);
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", List.of(cells))).append(" |\n");
    }

    /** @param names columns from the left that hold no figures */
    private void rule(int columns, int names) {
        for (int i = 0; i < columns; i++) {
            text.append(i < names ? "|---" : "|--:");
        }
        text.append("|\n");
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
