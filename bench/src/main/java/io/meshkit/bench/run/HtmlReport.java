package io.meshkit.bench.run;

import io.meshkit.bench.systems.Work;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The results as one page that needs nothing but itself. */
final class HtmlReport {
    private static final String STYLE = "body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:72em;"
            + "color:#1c2733;padding:0 1em}table{border-collapse:collapse;margin:.7em 0 1.6em}"
            + "th,td{padding:.25em .7em;border-bottom:1px solid #dde3ea;text-align:right;white-space:nowrap}"
            + "th:first-child,td:first-child{text-align:left}th{background:#f2f5f8}.win{color:#0a7d38;font-weight:600}"
            + ".lose{color:#b3261e;font-weight:600}small,.note{color:#5b6b7b}svg{margin:.3em 0 1em;display:block}"
            + "h2{margin-top:2em}code{background:#f2f5f8;padding:.1em .3em}";

    private final Results results;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        HtmlReport report = new HtmlReport(results);
        report.write();
        return report.page.toString();
    }

    private void write() {
        Plan plan = results.plan();
        page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Benchmark</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>Benchmark</h1>");
        line(
                "%s. %d keys, values of %d bytes, %d rounds of %.1f s after %.1f s of warm-up each; the systems take"
                        + " turns within each round. Medians of the rounds.",
                results.startedAt(),
                plan.keys(),
                plan.valueBytes(),
                plan.rounds(),
                plan.duration().toMillis() / 1e3,
                plan.warmup().toMillis() / 1e3);
        if (plan.warmupRounds() > 0) {
            line(
                    "%d whole rounds before them were for warming up and do not count; their figures are in the JSON"
                            + " file only.",
                    plan.warmupRounds());
        }
        Machine machine = results.machine();
        line(
                "%d cores, %s; client on %s. Servers and client share the cores.",
                machine.processors(), machine.os(), machine.javaRuntime());
        DiskFloor disk = results.disk();
        if (disk != null) {
            line("Disk: fdatasync of 4 KiB takes p50 %.3f ms, p99 %.3f ms.", disk.p50Ms(), disk.p99Ms());
        }
        results.systems()
                .forEach((system, description) -> page.append("<p><b>")
                        .append(escape(system))
                        .append("</b>: ")
                        .append(escape(description))
                        .append("</p>"));
        times();
        Set<Work> works = new LinkedHashSet<>();
        results.summaries().forEach(summary -> works.add(summary.cell().work()));
        works.forEach(this::work);
        memory();
        page.append("</body></html>\n");
    }

    private void work(Work work) {
        List<Summary> all = results.summaries().stream()
                .filter(summary -> summary.cell().work() == work)
                .toList();
        page.append("<h2>").append(work.label()).append("</h2>");
        if (work == Work.WATCH) {
            line(
                    "%d watches; outstanding puts; what is counted is deliveries, latency is from the start of a put to"
                            + " the callback.",
                    results.plan().watchers());
        }
        page.append(BarChart.of(all));
        row(
                "th",
                "system",
                "outstanding",
                "per second",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "server CPU µs",
                "client CPU µs",
                "failures");
        for (Summary summary : all) {
            row(
                    "td",
                    summary.system(),
                    Integer.toString(summary.cell().outstanding()),
                    format("%,.0f", summary.perSecond()),
                    format("%.2f", summary.p50Ms()),
                    format("%.2f", summary.p99Ms()),
                    format("%.2f", summary.p999Ms()),
                    micros(summary.serverMicros()),
                    micros(summary.clientMicros()),
                    Table.errors(summary.errors()));
        }
        page.append("</table>");
        ratios(work);
    }

    /** Of the registry's lines to all other systems. */
    private void ratios(Work work) {
        List<String> ours = systems(true);
        List<String> others = systems(false);
        if (ours.isEmpty() || others.isEmpty()) {
            return;
        }
        List<String> head = new ArrayList<>(List.of("ratio of rates"));
        results.plan().outstanding().forEach(load -> head.add(load + " outstanding"));
        row("th", head.toArray(String[]::new));
        for (String mine : ours) {
            for (String other : others) {
                List<String> cells = new ArrayList<>(List.of(escape(mine + " : " + other)));
                for (int load : results.plan().outstanding()) {
                    cells.add(ratio(Ratios.ofRates(results, new Plan.Cell(work, load), mine, other)));
                }
                rowOfHtml(cells);
            }
        }
        page.append("</table>");
    }

    private void times() {
        if (results.times().isEmpty()) {
            return;
        }
        page.append("<h2>Serving again</h2>");
        line("Milliseconds to the first acknowledged put: after kill -9 of the leader (failover), and after all"
                + " processes were started with their data in place (start).");
        row("th", "system", "work", "median ms", "rounds");
        results.times()
                .forEach((key, each) -> row(
                        "td",
                        key.system(),
                        key.work().label(),
                        format("%,.0f", Results.medianMs(each)),
                        each.stream().map(ms -> format("%,.0f", ms)).toList().toString()));
        page.append("</table>");
    }

    private void memory() {
        Map<String, Long> rss = results.rssBytes();
        if (rss.isEmpty()) {
            return;
        }
        page.append("<h2>Memory</h2>");
        row("th", "node", "resident MiB, the most at the end of a measurement");
        rss.forEach((node, bytes) -> row("td", node, Long.toString(bytes >> 20)));
        page.append("</table>");
    }

    private List<String> systems(boolean registry) {
        return results.systems().keySet().stream()
                .filter(system -> system.startsWith("meshkit") == registry)
                .toList();
    }

    private static String ratio(@Nullable Ratios ratio) {
        if (ratio == null) {
            return "–";
        }
        return String.format(
                Locale.ROOT,
                "<span class=\"%s\">%.2f</span> <small>%.2f–%.2f</small>",
                ratio.ofMedians() > 1 ? "win" : "lose",
                ratio.ofMedians(),
                ratio.least(),
                ratio.most());
    }

    private static String micros(@Nullable Double micros) {
        return micros == null ? "–" : format("%.1f", micros);
    }

    private static String format(String format, double figure) {
        return Double.isFinite(figure) ? String.format(Locale.ROOT, format, figure) : "–";
    }

    private void line(String format, Object... values) {
        page.append("<p class=\"note\">")
                .append(escape(String.format(Locale.ROOT, format, values)))
                .append("</p>");
    }

    /** A head row opens a table. */
    private void row(String tag, String... cells) {
        page.append(tag.equals("th") ? "<table><tr>" : "<tr>");
        for (String cell : cells) {
            page.append('<')
                    .append(tag)
                    .append('>')
                    .append(escape(cell))
                    .append("</")
                    .append(tag)
                    .append('>');
        }
        page.append("</tr>");
    }

    private void rowOfHtml(List<String> cells) {
        page.append("<tr>");
        cells.forEach(cell -> page.append("<td>").append(cell).append("</td>"));
        page.append("</tr>");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
