package io.meshkit.raft;

import java.util.Map;
import java.util.TreeMap;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.impl.RatisMetricRegistryImpl;
import org.apache.ratis.thirdparty.com.codahale.metrics.Counting;
import org.apache.ratis.thirdparty.com.codahale.metrics.Gauge;
import org.apache.ratis.thirdparty.com.codahale.metrics.Metric;
import org.apache.ratis.thirdparty.com.codahale.metrics.Sampling;
import org.apache.ratis.thirdparty.com.codahale.metrics.Snapshot;
import org.apache.ratis.thirdparty.com.codahale.metrics.Timer;

/**
 * Ratis's own metrics as plain numbers. Ratis keeps them in a shaded registry that is global to the JVM; the member's
 * own are told by the prefix of their names.
 */
final class RatisMetrics {
    private static final double NANOS_PER_MS = 1e6;

    private RatisMetrics() {}

    /**
     * The member's metrics by name, sorted: {@code <component>.<metric>}; a timer as {@code .count}, {@code .mean_ms}
     * and {@code .p99_ms}.
     */
    static Map<String, Number> of(NodeId member) {
        Map<String, Number> numbers = new TreeMap<>();
        for (RatisMetricRegistry registry : MetricRegistries.global().getMetricRegistries()) {
            MetricRegistryInfo info = registry.getMetricRegistryInfo();
            if (!(registry instanceof RatisMetricRegistryImpl impl) || !belongsTo(info.getPrefix(), member)) {
                continue;
            }
            String common =
                    String.join(".", info.getApplicationName(), info.getMetricsComponentName(), info.getPrefix(), "");
            for (Map.Entry<String, Metric> metric :
                    impl.getDropWizardMetricRegistry().getMetrics().entrySet()) {
                String name = metric.getKey();
                String local = name.startsWith(common) ? name.substring(common.length()) : name;
                put(numbers, info.getMetricsComponentName() + "." + local, metric.getValue());
            }
        }
        return numbers;
    }

    private static boolean belongsTo(String prefix, NodeId member) {
        return prefix.equals(member.value()) || prefix.startsWith(member.value() + "@");
    }

    private static void put(Map<String, Number> numbers, String name, Metric metric) {
        switch (metric) {
            case Timer timer -> {
                numbers.put(name + ".count", timer.getCount());
                Snapshot snapshot = timer.getSnapshot();
                numbers.put(name + ".mean_ms", snapshot.getMean() / NANOS_PER_MS);
                numbers.put(name + ".p99_ms", snapshot.get99thPercentile() / NANOS_PER_MS);
            }
            case Gauge<?> gauge -> {
                if (gauge.getValue() instanceof Number number) {
                    numbers.put(name, number);
                }
            }
            case Counting counting -> {
                numbers.put(name + (metric instanceof Sampling ? ".count" : ""), counting.getCount());
            }
            default -> {}
        }
    }
}
