package io.meshkit.bench.run;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Panels of lines beside each other over one logarithmic axis of counts, as an SVG file that needs nothing but itself. */
final class Plot {
    private static final String[] COLOURS = {"#1664c0", "#e07b39", "#3f8f4f", "#8b5fbf", "#b3261e", "#5b6b7b"};
    private static final int PANEL_WIDTH = 430;
    private static final int HEIGHT = 320;
    private static final int LEFT = 62;
    private static final int RIGHT = 22;
    private static final int TOP = 74;
    private static final int BOTTOM = 46;
    private static final int TICKS_MAX = 5;

    /** One value at one count. */
    record Point(double count, double value) {}

    /** @param points in ascending order of their counts; what is not finite or, on a logarithmic axis, not positive, is
     * left out */
    record Series(String name, List<Point> points) {}

    /** @param logarithmic whether the axis of values is */
    record Panel(String title, boolean logarithmic, List<Series> series) {
        Panel {
            series = series.stream()
                    .map(each -> new Series(
                            each.name,
                            each.points.stream()
                                    .filter(point -> Double.isFinite(point.value)
                                            && point.count > 0
                                            && (point.value > 0 || !logarithmic))
                                    .toList()))
                    .filter(each -> !each.points.isEmpty())
                    .toList();
        }
    }

    private final StringBuilder svg = new StringBuilder();

    private Plot() {}

    /** @param counts what the counts are of, for example {@code shards} */
    static String of(String counts, List<Panel> panels) {
        Plot plot = new Plot();
        plot.write(counts, panels);
        return plot.svg.toString();
    }

    private void write(String counts, List<Panel> panels) {
        int width = PANEL_WIDTH * panels.size();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\""
                        + " aria-label=\"by number of %s\" font-family=\"system-ui,sans-serif\" font-size=\"11\">\n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
                width,
                HEIGHT,
                width,
                HEIGHT,
                HtmlReport.escape(counts)));
        for (int i = 0; i < panels.size(); i++) {
            new Area(panels.get(i), i * PANEL_WIDTH).draw(counts);
        }
        svg.append("</svg>\n");
    }

    /** Tick marks of an axis of values: its ends are the first and the last. */
    static List<Double> ticks(double least, double most, boolean logarithmic) {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            int from = (int) Math.floor(Math.log10(least) + 1e-9);
            int to = Math.max(from + 1, (int) Math.ceil(Math.log10(most) - 1e-9));
            for (int exponent = from; exponent <= to; exponent++) {
                ticks.add(Math.pow(10, exponent));
            }
            return ticks;
        }
        double step = 1;
        if (most > 0) {
            double magnitude = Math.pow(10, Math.floor(Math.log10(most / TICKS_MAX)));
            step = magnitude * 10;
            for (double nice : new double[] {1, 2, 5}) {
                if (most / (nice * magnitude) <= TICKS_MAX) {
                    step = nice * magnitude;
                    break;
                }
            }
        }
        ticks.add(0.0);
        do {
            ticks.add(ticks.size() * step);
        } while (ticks.getLast() < most);
        return ticks;
    }

    /** 1000 is 1k, 1000000 is 1M. */
    static String label(double figure) {
        if (figure >= 1e6) {
            return shortest(figure / 1e6) + "M";
        }
        return figure >= 1e3 ? shortest(figure / 1e3) + "k" : shortest(figure);
    }

    private static String shortest(double figure) {
        return new BigDecimal(figure)
                .setScale(3, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** One panel at its place. */
    private final class Area {
        private final Panel panel;
        private final int x0;
        private final List<Double> counts;
        private final List<Double> ticks;

        Area(Panel panel, int x0) {
            this.panel = panel;
            this.x0 = x0;
            this.counts = panel.series.stream()
                    .flatMap(each -> each.points.stream())
                    .map(Point::count)
                    .distinct()
                    .sorted()
                    .toList();
            double[] values = panel.series.stream()
                    .flatMap(each -> each.points.stream())
                    .mapToDouble(Point::value)
                    .sorted()
                    .toArray();
            this.ticks =
                    values.length == 0 ? List.of() : ticks(values[0], values[values.length - 1], panel.logarithmic);
        }

        void draw(String unit) {
            text(x0 + LEFT, 20, "start", panel.title, " font-size=\"13\" font-weight=\"600\"");
            if (counts.isEmpty()) {
                text(x0 + LEFT, HEIGHT / 2.0, "start", "nothing is known", "");
                return;
            }
            axes(unit);
            double legend = x0 + LEFT;
            for (int i = 0; i < panel.series.size(); i++) {
                Series series = panel.series.get(i);
                String colour = COLOURS[i % COLOURS.length];
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"34\" width=\"11\" height=\"11\" fill=\"%s\"/>\n",
                        legend,
                        colour));
                text(legend + 15, 44, "start", series.name, "");
                legend += 34 + 6.2 * series.name.length();
                line(series, colour);
            }
        }

        private void axes(String unit) {
            for (double tick : ticks) {
                rule(x0 + LEFT, y(tick), x0 + PANEL_WIDTH - RIGHT, y(tick));
                text(x0 + LEFT - 6, y(tick) + 4, "end", label(tick), "");
            }
            for (double count : counts) {
                rule(x(count), y(ticks.getFirst()), x(count), y(ticks.getFirst()) + 4);
                text(x(count), HEIGHT - BOTTOM + 18, "middle", label(count), "");
            }
            text(x0 + (LEFT + PANEL_WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", unit, "");
        }

        private void line(Series series, String colour) {
            StringBuilder path = new StringBuilder();
            for (Point point : series.points) {
                path.append(String.format(Locale.ROOT, " %.1f,%.1f", x(point.count), y(point.value)));
            }
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n",
                    path.substring(1),
                    colour));
            for (Point point : series.points) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"><title>%s: %s</title></circle>\n",
                        x(point.count),
                        y(point.value),
                        colour,
                        HtmlReport.escape(series.name),
                        label(point.value)));
            }
        }

        /** A single count stands in the middle. */
        private double x(double count) {
            double from = Math.log10(counts.getFirst());
            double to = Math.log10(counts.getLast());
            double share = to > from ? (Math.log10(count) - from) / (to - from) : 0.5;
            double inset = 16;
            return x0 + LEFT + inset + share * (PANEL_WIDTH - LEFT - RIGHT - 2 * inset);
        }

        private double y(double value) {
            double share =
                    (scale(value) - scale(ticks.getFirst())) / (scale(ticks.getLast()) - scale(ticks.getFirst()));
            return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
        }

        private double scale(double value) {
            return panel.logarithmic ? Math.log10(value) : value;
        }

        private void rule(double x1, double y1, double x2, double y2) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dde3ea\"/>\n",
                    x1,
                    y1,
                    x2,
                    y2));
        }

        private void text(double x, double y, String anchor, String text, String more) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#1c2733\"%s>%s</text>\n",
                    x,
                    y,
                    anchor,
                    more,
                    HtmlReport.escape(text)));
        }
    }
}
