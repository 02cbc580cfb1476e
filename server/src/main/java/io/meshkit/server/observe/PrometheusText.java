package io.meshkit.server.observe;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a registry in Prometheus's text format 0.0.4.
 *
 * <p>A metric's name in the registry is its series: {@code name} or {@code name{label="value"}}. Series of one
 * name stand together under one type, as the format demands.
 */
public final class PrometheusText {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder out = new StringBuilder(16 * 1024);

    private PrometheusText() {}

    private record Series(String labels, Metric metric) {}

    /**
     * @param bridged gauges of others by name; any name is made fit
     */
    public static String of(MetricRegistry registry, Map<String, Number> bridged) {
        Map<String, List<Series>> byName = new TreeMap<>();
        new TreeMap<>(registry.getMetrics()).forEach((series, metric) -> {
            int brace = series.indexOf('{');
            String name = brace < 0 ? series : series.substring(0, brace);
            String labels = brace < 0 ? "" : series.substring(brace + 1, series.length() - 1);
            byName.computeIfAbsent(name, n -> new ArrayList<>()).add(new Series(labels, metric));
        });
        PrometheusText text = new PrometheusText();
        byName.forEach(text::family);
        new TreeMap<>(bridged).forEach(text::bridged);
        return text.out.toString();
    }

    private void family(String name, List<Series> series) {
        String type = type(series.getFirst().metric());
        List<Series> same =
                series.stream().filter(s -> type(s.metric()).equals(type)).toList();
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        same.forEach(s -> one(name, s));
    }

    private void bridged(String name, Number value) {
        String fit = name.replaceAll("[^A-Za-z0-9_:]", "_");
        out.append("# TYPE ").append(fit).append(" gauge\n");
        line(fit, "", value.doubleValue());
    }

    private static String type(Metric metric) {
        return switch (metric) {
            case Buckets b -> "histogram";
            case Gauge<?> g -> "gauge";
            case Histogram h -> "summary";
            case Timer t -> "summary";
            case Counting c -> "counter";
            default -> "untyped";
        };
    }

    private void one(String name, Series series) {
        switch (series.metric()) {
            case Buckets buckets -> histogram(name, series.labels(), buckets);
            case Gauge<?> gauge -> {
                if (gauge.getValue() instanceof Number number) {
                    line(name, series.labels(), number.doubleValue());
                }
            }
            case Histogram histogram ->
                summary(name, series.labels(), histogram.getSnapshot(), histogram.getCount(), 1);
            case Timer timer -> summary(name, series.labels(), timer.getSnapshot(), timer.getCount(), 1e-9);
            case Counting counting -> line(name, series.labels(), counting.getCount());
            default -> {
                // A kind of metric that nobody here registers.
            }
        }
    }

    private void histogram(String name, String labels, Buckets buckets) {
        long cumulative = 0;
        for (int i = 0; i < buckets.size(); i++) {
            cumulative += buckets.count(i);
            line(name + "_bucket", with(labels, "le=\"" + number(buckets.bound(i)) + "\""), cumulative);
        }
        cumulative += buckets.count(buckets.size());
        line(name + "_bucket", with(labels, "le=\"+Inf\""), cumulative);
        line(name + "_sum", labels, buckets.sum());
        line(name + "_count", labels, cumulative);
    }

    private void summary(String name, String labels, Snapshot snapshot, long count, double unit) {
        for (double quantile : new double[] {0.5, 0.95, 0.99}) {
            line(name, with(labels, "quantile=\"" + number(quantile) + "\""), snapshot.getValue(quantile) * unit);
        }
        line(name + "_count", labels, count);
    }

    private static String with(String labels, String label) {
        return labels.isEmpty() ? label : labels + "," + label;
    }

    private void line(String name, String labels, double value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ').append(number(value)).append('\n');
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
