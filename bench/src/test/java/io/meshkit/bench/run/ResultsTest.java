package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.meshkit.bench.systems.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Plan.Cell PUT_64 = new Plan.Cell(Work.PUT, 64);
    private static final Plan.Cell LIST_1 = new Plan.Cell(Work.LIST, 1);
    private static final Plan PLAN = new Plan(
            List.of(Work.PUT, Work.LIST),
            List.of(64),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            1,
            3,
            10_000,
            1024,
            100);
    private static final Machine MACHINE = new Machine(2, "os", "vm", "cluster-1", List.of("node-1", "node-2"));

    private final Results results = new Results(
            PLAN, MACHINE, new DiskFloor(Path.of("data"), 1000, 0.1, 0.5), Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void toJson_hasPlanMachineDiskAndEveryRound() {
        results.add(sample(PUT_64, 1, 100, 2_000_000, Map.of()));
        results.add(sample(LIST_1, 1, 10, 5_000_000, Map.of()));
        results.add(sample(PUT_64, 2, 300, 4_000_000, Map.of("OVERLOADED", 2L)));
        results.add(sample(PUT_64, 3, 200, 3_000_000, Map.of("OVERLOADED", 1L)));
        results.addWarmup(sample(PUT_64, 1, 7, 9_000_000, Map.of("OVERLOADED", 5L)));
        JsonObject json = JsonParser.parseString(results.toJson()).getAsJsonObject();

        assertThat(json.keySet())
                .containsExactly(
                        "format", "startedAt", "plan", "machine", "disk", "cells", "systems", "times", "warmups");
        assertThat(json.get("format").getAsString()).isEqualTo("meshkit.bench/1");
        assertThat(json.getAsJsonObject("plan").get("durationMs").getAsLong()).isEqualTo(10_000);
        assertThat(json.getAsJsonObject("disk").get("p99Ms").getAsDouble()).isEqualTo(0.5);
        assertThat(json.getAsJsonArray("cells")).hasSize(2);

        JsonObject put = json.getAsJsonArray("cells").get(0).getAsJsonObject();
        assertThat(put.get("work").getAsString()).isEqualTo("put");
        assertThat(put.get("outstanding").getAsInt()).isEqualTo(64);
        JsonObject median = put.getAsJsonObject("median");
        assertThat(median.get("perSecond").getAsDouble()).isEqualTo(200);
        assertThat(median.get("p50Ms").getAsDouble()).isBetween(2.99, 3.01);
        assertThat(median.get("serverCpuMicrosPerOperation").getAsDouble()).isEqualTo(1000);
        assertThat(median.get("clientCpuMicrosPerOperation").getAsDouble()).isEqualTo(250);
        assertThat(put.getAsJsonObject("errors").get("OVERLOADED").getAsLong()).isEqualTo(3);
        assertThat(put.get("retries").getAsLong()).isEqualTo(3);

        JsonObject round = put.getAsJsonArray("rounds").get(1).getAsJsonObject();
        assertThat(round.keySet())
                .containsExactly(
                        "round",
                        "leader",
                        "operations",
                        "elapsedMs",
                        "perSecond",
                        "p50Ms",
                        "p95Ms",
                        "p99Ms",
                        "p999Ms",
                        "serverCpuMicrosPerOperation",
                        "clientCpuMicrosPerOperation",
                        "othersCores",
                        "maxMs",
                        "retries",
                        "errors",
                        "nodes");
        assertThat(json.getAsJsonObject("plan").get("warmupRounds").getAsInt()).isEqualTo(1);
        JsonObject warmup = json.getAsJsonArray("warmups").get(0).getAsJsonObject();
        assertThat(warmup.get("work").getAsString()).isEqualTo("put");
        assertThat(warmup.get("operations").getAsInt()).isEqualTo(7);

        JsonObject node = round.getAsJsonArray("nodes").get(1).getAsJsonObject();
        assertThat(node.get("node").getAsString()).isEqualTo("node-2");
        assertThat(node.get("rssBytes").getAsLong()).isEqualTo(600L << 20);
    }

    @Test
    void toJson_nothingSucceeded_isNullAndNotZero() {
        results.add(new Sample(
                "meshkit",
                PUT_64,
                1,
                "",
                new Tally(new Histogram(3), 1, 0, Map.of("NO_LEADER", 9L)),
                List.of(),
                List.of(),
                1,
                0,
                List.of()));
        JsonObject cell = JsonParser.parseString(results.toJson())
                .getAsJsonObject()
                .getAsJsonArray("cells")
                .get(0)
                .getAsJsonObject();
        JsonObject median = cell.getAsJsonObject("median");
        assertThat(median.get("p50Ms").isJsonNull()).isTrue();
        assertThat(median.get("serverCpuMicrosPerOperation").isJsonNull()).isTrue();
        assertThat(median.get("perSecond").getAsDouble()).isZero();
        assertThat(cell.getAsJsonObject("errors").get("NO_LEADER").getAsLong()).isEqualTo(9);
    }

    @Test
    void table_showsFailuresAndWhatIsUnknown() {
        results.add(new Sample(
                "meshkit",
                LIST_1,
                1,
                "",
                new Tally(new Histogram(3), 1, 0, Map.of("NO_LEADER", 9L)),
                List.of(),
                List.of(),
                1,
                0,
                List.of()));
        results.add(sample(PUT_64, 1, 100, 2_000_000, Map.of()));
        assertThat(Table.of(results))
                .contains("NO_LEADER=9")
                .contains("NaN")
                .containsPattern("put +64 +100 +2\\.00 ")
                .contains("the 1 before them were for warming up")
                .contains("node-1 500 MiB, node-2 600 MiB")
                .contains("fdatasync of 4 KiB p50 0.100 ms");
    }

    @Test
    void median_evenAndOddCounts() {
        assertThat(Summary.median(3, 1, 2)).isEqualTo(2);
        assertThat(Summary.median(4, 1, 2, 3)).isEqualTo(2.5);
    }

    /** One second in which the nodes spent 1 ms and the client 250 µs of CPU time per operation. */
    private static Sample sample(
            Plan.Cell cell, int round, int operations, long latencyNanos, Map<String, Long> errors) {
        Histogram latency = new Histogram(3);
        latency.recordValueWithCount(latencyNanos, operations);
        long perNode = operations * 500_000L;
        return new Sample(
                "meshkit",
                cell,
                round,
                "node-1",
                new Tally(latency, 1_000_000_000, 1, errors),
                List.of("node-1", "node-2"),
                List.of(perNode, perNode),
                operations * 250_000L,
                0,
                List.of(500L << 20, 600L << 20));
    }
}
