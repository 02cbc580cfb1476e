package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.meshkit.bench.systems.Work;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** What becomes of the results: file, table and plots. */
class GrowthReportTest {
    private static final List<String> NODES = List.of("node-1", "node-2");
    private static final GrowthPlan PLAN = new GrowthPlan(
            List.of(1_000, 10_000, 100_000),
            List.of(Work.PUT, Work.LIST),
            64,
            Duration.ofSeconds(4),
            Duration.ofSeconds(8),
            1024,
            List.of(10, 100, 1_000),
            200,
            Duration.ofMinutes(2));
    private static final Calm.Outcome CALM = new Calm.Outcome(3, 0.1, true);

    private final GrowthResults results = results(NODES);

    private static GrowthResults results(List<String> nodes) {
        return new GrowthResults(
                PLAN,
                "omnirelay bench growth --shards 1000,10000,100000",
                new Machine(2, "os", "vm", "cluster-1", nodes),
                new DiskFloor(Path.of("data"), 1000, 0.1, 0.5),
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    private void fill() {
        results.put(new SizeStep(1_000, 1_000, 0.5, CALM, List.of(), List.of(5L << 20, 6L << 20))
                .with(sample(Work.PUT, 2_000, 900, 500, Map.of()))
                .with(sample(Work.LIST, 80, 40_000, 510, Map.of())));
        results.put(new SizeStep(
                        10_000,
                        9_000,
                        4.25,
                        new Calm.Outcome(120, 0.9, false),
                        List.of(),
                        List.of(50L << 20, 60L << 20))
                .with(sample(Work.PUT, 1_900, 950, 600, Map.of("OVERLOADED", 3L)))
                .with(sample(Work.LIST, 75, 42_000, 620, Map.of())));
        results.put(new SizeStep(100_000, 90_000, 33, CALM, List.of(), List.of(500L << 20, 600L << 20))
                .with(sample(Work.PUT, 1_500, 1_200, 900, Map.of())));
        results.add(watched(10, 4, 510));
        results.add(watched(100, 12.5, 520));
        results.add(new WatchStep(1_000, 100, CALM, null, "a watch has ended", 0));
    }

    @Test
    void table_isTheGolden() throws IOException {
        fill();
        Goldens.check("growth.md", GrowthTable.of(results));
    }

    @Test
    void json_isTheGolden_andSaysWhatIsUnknownByNull() throws IOException {
        fill();
        Goldens.check("growth.json", results.toJson());
        assertThat(JsonParser.parseString(results.toJson())
                        .getAsJsonObject()
                        .getAsJsonArray("watchers")
                        .get(2)
                        .getAsJsonObject()
                        .get("sample")
                        .isJsonNull())
                .isTrue();
    }

    @Test
    void plots_areTheGoldens_andXml() throws Exception {
        fill();
        Goldens.check("growth-shards.svg", GrowthPlots.ofShards(results));
        Goldens.check("growth-watchers.svg", GrowthPlots.ofWatchers(results));
        for (String svg : List.of(GrowthPlots.ofShards(results), GrowthPlots.ofWatchers(results))) {
            assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity").doesNotContain("<script");
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        }
    }

    @Test
    void report_nodesElsewhere_saysThatTheirCostIsUnknown() {
        GrowthResults elsewhere = results(List.of());
        elsewhere.put(new SizeStep(10, 10, 1, new Calm.Outcome(0, Double.NaN, false), List.of(), List.of())
                .with(sample(List.of(), Work.PUT, 5, 0, 0, Map.of())));
        elsewhere.add(watched(10, 4, 0));
        assertThat(GrowthTable.of(elsewhere))
                .contains("| 10 | put | 5 | 2.00 | 2.00 | – | 250 | 0.00 | 0 |")
                .contains("| 10 | 10 | 1.0 | – | – | – | – | – |")
                .contains("| 10 | 1 | 200 | 2,000 | 2.0 | 4.0 | – | – | – | 0.20 | 1.00 | 0 |");
        assertThat(GrowthPlots.ofShards(elsewhere)).contains("nothing is known");
        assertThat(elsewhere.toJson()).contains("\"reached\": null").contains("\"nodes\": []");
    }

    @Test
    void put_sameSize_takesThePlaceOfWhatWasKnown() {
        SizeStep step = new SizeStep(1_000, 1_000, 0.5, CALM, List.of(), List.of());
        results.put(step);
        results.put(step.with(sample(Work.PUT, 2_000, 900, 500, Map.of())));
        assertThat(results.sizes()).hasSize(1);
        assertThat(results.sizes().getFirst().samples()).hasSize(1);
    }

    @Test
    void holds_workThatOnlyFails_orWatcherThatIsWrong_isNo() {
        assertThat(results.holds()).isTrue();
        results.put(new SizeStep(1_000, 1_000, 0.5, CALM, List.of(), List.of())
                .with(sample(Work.PUT, 1, 900, 500, Map.of("NO_LEADER", 3L))));
        results.add(watched(10, 4, 510));
        assertThat(results.holds()).isTrue();
        GrowthResults failing = results(NODES);
        failing.put(new SizeStep(1_000, 1_000, 0.5, CALM, List.of(), List.of())
                .with(sample(Work.PUT, 0, 900, 500, Map.of("NO_LEADER", 3L))));
        assertThat(failing.holds()).isFalse();
        results.add(new WatchStep(100, 10, CALM, null, "a watch has ended", 0));
        assertThat(results.holds()).isFalse();
    }

    private static Sample sample(Work work, int operations, long nodesMicros, long rssMib, Map<String, Long> errors) {
        return sample(NODES, work, operations, nodesMicros, rssMib, errors);
    }

    /** One second of calls of 2 ms, in which each call cost the nodes and the client so much. */
    private static Sample sample(
            List<String> nodes, Work work, int operations, long nodesMicros, long rssMib, Map<String, Long> errors) {
        Histogram latency = new Histogram(3);
        latency.recordValueWithCount(2_000_000, operations);
        long perNode = operations * nodesMicros * 1_000 / 2;
        return new Sample(
                "meshkit",
                new Plan.Cell(work, 64),
                1,
                "node-1",
                new Tally(latency, 1_000_000_000, 0, errors),
                nodes,
                nodes.stream().map(node -> perNode).toList(),
                operations * 250_000L,
                0,
                nodes.stream()
                        .map(node -> (rssMib + node.charAt(node.length() - 1) - '0') << 20)
                        .toList());
    }

    private static WatchStep watched(int watchers, double p99Ms, long rssMib) {
        return new WatchStep(
                watchers,
                watchers / 10,
                CALM,
                new WatchSample(
                        watchers,
                        0,
                        1,
                        200,
                        16_000,
                        2_000,
                        p99Ms / 2,
                        p99Ms,
                        p99Ms * 2,
                        0.5,
                        1,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Math.max(0, rssMib - 7) << 20,
                        rssMib << 20,
                        0.3,
                        0.2,
                        1),
                "",
                100L << 20);
    }
}
