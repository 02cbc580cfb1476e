package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.bench.systems.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final Plan.Cell PUT_64 = new Plan.Cell(Work.PUT, 64);
    private final Results results = new Results(
            new Plan(
                    List.of(Work.PUT, Work.FAILOVER),
                    List.of(64),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10),
                    3,
                    2,
                    10_000,
                    1024,
                    100),
            new Machine(2, "os", "vm <x>", "", List.of()),
            new DiskFloor(Path.of("data"), 1000, 0.1, 0.5),
            Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void of_twoSystems_showsTheRatioOfMediansAndItsSpread() {
        results.describe("meshkit/grpc", "ours");
        results.describe("etcd", "theirs");
        results.add(sample("meshkit/grpc", 1, 300));
        results.add(sample("etcd", 1, 100));
        results.add(sample("meshkit/grpc", 2, 500));
        results.add(sample("etcd", 2, 300));
        String page = HtmlReport.of(results);
        assertThat(page)
                .contains("meshkit/grpc : etcd")
                .contains("<span class=\"win\">2.00</span> <small>1.67–3.00</small>")
                .contains("vm &lt;x&gt;")
                .contains("3 whole rounds before them were for warming up")
                .contains("<svg")
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain("<script");
    }

    @Test
    void of_timeThatDidNotHappen_isADash() {
        results.addTime("etcd", Work.FAILOVER, Double.NaN);
        assertThat(HtmlReport.of(results)).contains("<td>etcd</td><td>failover</td><td>–</td><td>[–]</td>");
    }

    @Test
    void ratios_otherSystemMissing_isNull() {
        results.add(sample("meshkit/grpc", 1, 300));
        assertThat(Ratios.ofRates(results, PUT_64, "meshkit/grpc", "etcd")).isNull();
    }

    private static Sample sample(String system, int round, int operations) {
        Histogram latency = new Histogram(3);
        latency.recordValueWithCount(1_000_000, operations);
        return new Sample(
                system,
                PUT_64,
                round,
                "",
                new Tally(latency, 1_000_000_000, 0, Map.of()),
                List.of(),
                List.of(),
                1,
                0,
                List.of());
    }
}
