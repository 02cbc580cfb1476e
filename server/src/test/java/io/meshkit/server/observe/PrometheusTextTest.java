package io.meshkit.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void of_seriesOfOneName_standTogetherUnderOneType() {
        registry.counter("a_total{x=\"2\"}").inc(2);
        registry.counter("a_total{x=\"1\"}").inc();
        registry.register("b", (Gauge<Number>) () -> 1.5);

        assertThat(PrometheusText.of(registry, Map.of())).isEqualTo("""
                # TYPE a_total counter
                a_total{x="1"} 1
                a_total{x="2"} 2
                # TYPE b gauge
                b 1.5
                """);
    }

    @Test
    void of_histogram_isCumulativeAndInSeconds() {
        Buckets buckets = registry.register("d_seconds{verb=\"V\"}", Buckets.durations());
        buckets.record(250_000);
        buckets.record(300_000);
        buckets.record(60_000_000_000L);

        assertThat(PrometheusText.of(registry, Map.of()))
                .contains("# TYPE d_seconds histogram\n")
                .contains("d_seconds_bucket{verb=\"V\",le=\"2.5E-4\"} 1\n")
                .contains("d_seconds_bucket{verb=\"V\",le=\"10\"} 2\n")
                .contains("d_seconds_bucket{verb=\"V\",le=\"+Inf\"} 3\n")
                .contains("d_seconds_count{verb=\"V\"} 3\n");
    }

    @Test
    void of_bridgedName_isMadeFit() {
        assertThat(PrometheusText.of(registry, Map.of("ratis.log-worker.sync time", 3)))
                .isEqualTo("# TYPE ratis_log_worker_sync_time gauge\nratis_log_worker_sync_time 3\n");
    }

    @Test
    void of_notANumber_isSpelledAsPrometheusDoes() {
        registry.register("n", (Gauge<Number>) () -> Double.NaN);
        registry.register("p", (Gauge<Number>) () -> Double.POSITIVE_INFINITY);

        assertThat(PrometheusText.of(registry, Map.of())).contains("n NaN\n").contains("p +Inf\n");
    }
}
