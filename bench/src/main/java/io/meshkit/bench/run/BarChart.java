package io.meshkit.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Operations per second of one work: a group of bars for each load, a bar for each system, as SVG. */
final class BarChart {
    private static final String[] COLOURS = {"#1664c0", "#5aa9e6", "#e07b39", "#7a9e49", "#8b5fbf"};
    private static final int WIDTH = 860;
    private static final int HEIGHT = 240;
    private static final int LEFT = 10;
    private static final int TOP = 30;
    private static final int BOTTOM = 34;
    private static final double GAP = 0.18;

    private BarChart() {}

    /** @param summaries of one work */
    static String of(List<Summary> summaries) {
        Map<String, Integer> colours = new LinkedHashMap<>();
        Map<Integer, List<Summary>> groups = new LinkedHashMap<>();
        double most = 0;
        for (Summary summary : summaries) {
            colours.putIfAbsent(summary.system(), colours.size());
            groups.computeIfAbsent(summary.cell().outstanding(), load -> new ArrayList<>())
                    .add(summary);
            most = Math.max(most, Double.isFinite(summary.perSecond()) ? summary.perSecond() : 0);
        }
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"operations per second\""
                        + " font-size=\"11\">",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT));
        legend(svg, colours);
        double groupWidth = (double) (WIDTH - 2 * LEFT) / Math.max(1, groups.size());
        int group = 0;
        for (Map.Entry<Integer, List<Summary>> each : groups.entrySet()) {
            double x = LEFT + group++ * groupWidth;
            double bar = groupWidth * (1 - GAP) / Math.max(1, colours.size());
            for (Summary summary : each.getValue()) {
                int place = colours.getOrDefault(summary.system(), 0);
                bar(svg, x + groupWidth * GAP / 2 + place * bar, bar, summary.perSecond(), most, place);
            }
            text(svg, x + groupWidth / 2, HEIGHT - 10, "middle", each.getKey() + " outstanding");
        }
        return svg.append("</svg>").toString();
    }

    private static void bar(StringBuilder svg, double x, double width, double value, double most, int place) {
        double figure = Double.isFinite(value) ? value : 0;
        double height = most > 0 ? figure / most * (HEIGHT - TOP - BOTTOM - 14) : 0;
        double y = HEIGHT - BOTTOM - height;
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                x,
                y,
                Math.max(1, width - 2),
                height,
                COLOURS[place % COLOURS.length]));
        text(svg, x + width / 2 - 1, y - 4, "middle", String.format(Locale.ROOT, "%,.0f", figure));
    }

    private static void legend(StringBuilder svg, Map<String, Integer> colours) {
        double x = LEFT;
        for (Map.Entry<String, Integer> system : colours.entrySet()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"4\" width=\"11\" height=\"11\" fill=\"%s\"/>",
                    x,
                    COLOURS[system.getValue() % COLOURS.length]));
            text(svg, x + 16, 14, "start", system.getKey());
            x += 40 + 7 * system.getKey().length();
        }
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#1c2733\">%s</text>",
                x,
                y,
                anchor,
                HtmlReport.escape(text)));
    }
}
