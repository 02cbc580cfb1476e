package io.meshkit.bench.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.meshkit.bench.systems.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that one run found, and its form as {@code bench.json}. Not thread-safe.
 *
 * <p>Members are only ever added; a figure that is unknown is null, never 0.
 */
final class Results {
    private static final String FORMAT = "meshkit.bench/1";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().serializeNulls().create();

    private final Plan plan;
    private final Machine machine;
    private final @Nullable DiskFloor disk;
    private final Instant startedAt;
    private final Map<String, String> systems = new LinkedHashMap<>();
    private final Map<Key, List<Sample>> samples = new LinkedHashMap<>();
    private final Map<TimeKey, List<Double>> times = new LinkedHashMap<>();
    private final List<Sample> warmups = new ArrayList<>();

    private record Key(String system, Plan.Cell cell) {}

    /** A work that is timed once a round. */
    record TimeKey(String system, Work work) {}

    Results(Plan plan, Machine machine, @Nullable DiskFloor disk, Instant startedAt) {
        this.plan = plan;
        this.machine = machine;
        this.disk = disk;
        this.startedAt = startedAt;
    }

    void add(Sample sample) {
        samples.computeIfAbsent(new Key(sample.system(), sample.cell()), any -> new ArrayList<>())
                .add(sample);
    }

    /** Keeps what was measured while everything was getting warm: it is in the file, and in no other figure. */
    void addWarmup(Sample sample) {
        warmups.add(sample);
    }

    /** @param ms NaN if it did not happen within its limit */
    void addTime(String system, Work work, double ms) {
        times.computeIfAbsent(new TimeKey(system, work), any -> new ArrayList<>())
                .add(ms);
    }

    /** What was measured under that name, for people. */
    void describe(String system, String description) {
        systems.put(system, description);
    }

    Map<String, String> systems() {
        return systems;
    }

    Map<TimeKey, List<Double>> times() {
        return times;
    }

    Plan plan() {
        return plan;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Of the cells that were measured so far, in their order. */
    List<Summary> summaries() {
        return samples.values().stream().map(Summary::of).toList();
    }

    Machine machine() {
        return machine;
    }

    @Nullable
    DiskFloor disk() {
        return disk;
    }

    /** The rounds of one cell; empty if it was not measured. */
    List<Sample> rounds(String system, Plan.Cell cell) {
        return samples.getOrDefault(new Key(system, cell), List.of());
    }

    /** The most resident memory that each local node was seen with at the end of a cell, by its name. */
    Map<String, Long> rssBytes() {
        Map<String, Long> rss = new LinkedHashMap<>();
        samples.values().stream().flatMap(List::stream).forEach(sample -> {
            for (int i = 0; i < sample.nodeRssBytes().size(); i++) {
                rss.merge(sample.nodes().get(i), sample.nodeRssBytes().get(i), Math::max);
            }
        });
        return rss;
    }

    String toJson() {
        JsonObject root = new JsonObject();
        root.addProperty("format", FORMAT);
        root.addProperty("startedAt", startedAt.toString());
        root.add("plan", planJson());
        root.add("machine", GSON.toJsonTree(machine));
        root.add("disk", disk == null ? JsonNull.INSTANCE : diskJson(disk));
        JsonArray cells = new JsonArray();
        samples.values().forEach(rounds -> cells.add(cellJson(rounds)));
        root.add("cells", cells);
        root.add("systems", GSON.toJsonTree(systems));
        JsonArray durations = new JsonArray();
        times.forEach((key, each) -> durations.add(timeJson(key, each)));
        root.add("times", durations);
        JsonArray warm = new JsonArray();
        warmups.forEach(sample -> warm.add(warmupJson(sample)));
        root.add("warmups", warm);
        return GSON.toJson(root) + "\n";
    }

    private static JsonObject timeJson(TimeKey key, List<Double> each) {
        JsonObject json = new JsonObject();
        json.addProperty("system", key.system());
        json.addProperty("work", key.work().label());
        json.addProperty("medianMs", known(medianMs(each)));
        JsonArray rounds = new JsonArray();
        each.forEach(ms -> rounds.add(known(ms)));
        json.add("roundsMs", rounds);
        return json;
    }

    /** Of the rounds in which it happened; NaN if there is none. */
    static double medianMs(List<Double> times) {
        double[] known = times.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray();
        return known.length == 0 ? Double.NaN : Summary.median(known);
    }

    private JsonObject planJson() {
        JsonObject json = new JsonObject();
        json.add("works", GSON.toJsonTree(plan.works().stream().map(Work::label).toList()));
        json.add("outstanding", GSON.toJsonTree(plan.outstanding()));
        json.addProperty("warmupMs", plan.warmup().toMillis());
        json.addProperty("durationMs", plan.duration().toMillis());
        json.addProperty("warmupRounds", plan.warmupRounds());
        json.addProperty("rounds", plan.rounds());
        json.addProperty("keys", plan.keys());
        json.addProperty("valueBytes", plan.valueBytes());
        json.addProperty("watchers", plan.watchers());
        return json;
    }

    static JsonObject diskJson(DiskFloor disk) {
        JsonObject json = new JsonObject();
        json.addProperty("directory", disk.directory().toString());
        json.addProperty("fdatasyncs", disk.syncs());
        json.addProperty("blockBytes", DiskFloor.BLOCK_BYTES);
        json.addProperty("p50Ms", disk.p50Ms());
        json.addProperty("p99Ms", disk.p99Ms());
        return json;
    }

    private static JsonObject cellJson(List<Sample> rounds) {
        Summary summary = Summary.of(rounds);
        JsonObject json = new JsonObject();
        json.addProperty("system", summary.system());
        json.addProperty("work", summary.cell().work().label());
        json.addProperty("outstanding", summary.cell().outstanding());
        JsonObject median = new JsonObject();
        figures(
                median,
                summary.perSecond(),
                summary.p50Ms(),
                summary.p95Ms(),
                summary.p99Ms(),
                summary.p999Ms(),
                summary.serverMicros(),
                summary.clientMicros(),
                summary.othersCores());
        json.add("median", median);
        json.addProperty("retries", summary.retries());
        json.add("errors", GSON.toJsonTree(summary.errors()));
        JsonArray each = new JsonArray();
        rounds.forEach(sample -> each.add(sampleJson(sample)));
        json.add("rounds", each);
        return json;
    }

    private static JsonObject warmupJson(Sample sample) {
        JsonObject json = new JsonObject();
        json.addProperty("system", sample.system());
        json.addProperty("work", sample.cell().work().label());
        json.addProperty("outstanding", sample.cell().outstanding());
        sampleJson(sample).asMap().forEach(json::add);
        return json;
    }

    static JsonObject sampleJson(Sample sample) {
        Tally tally = sample.tally();
        JsonObject json = new JsonObject();
        json.addProperty("round", sample.round());
        json.addProperty("leader", sample.leader());
        json.addProperty("operations", tally.operations());
        json.addProperty("elapsedMs", tally.elapsedNanos() / 1e6);
        figures(
                json,
                tally.perSecond(),
                tally.percentileMs(50),
                tally.percentileMs(95),
                tally.percentileMs(99),
                tally.percentileMs(99.9),
                sample.serverMicrosPerOperation(),
                sample.clientMicrosPerOperation(),
                sample.othersCores());
        json.addProperty("maxMs", known(tally.percentileMs(100)));
        json.addProperty("retries", tally.retries());
        json.add("errors", GSON.toJsonTree(tally.errors()));
        JsonArray nodes = new JsonArray();
        for (int i = 0; i < sample.nodeCpuNanos().size(); i++) {
            JsonObject node = new JsonObject();
            node.addProperty("node", sample.nodes().get(i));
            node.addProperty("cpuMs", sample.nodeCpuNanos().get(i) / 1e6);
            node.addProperty("rssBytes", sample.nodeRssBytes().get(i));
            nodes.add(node);
        }
        json.add("nodes", nodes);
        return json;
    }

    private static void figures(
            JsonObject json,
            double perSecond,
            double p50Ms,
            double p95Ms,
            double p99Ms,
            double p999Ms,
            @Nullable Double serverMicros,
            @Nullable Double clientMicros,
            double othersCores) {
        json.addProperty("perSecond", known(perSecond));
        json.addProperty("p50Ms", known(p50Ms));
        json.addProperty("p95Ms", known(p95Ms));
        json.addProperty("p99Ms", known(p99Ms));
        json.addProperty("p999Ms", known(p999Ms));
        json.addProperty("serverCpuMicrosPerOperation", serverMicros);
        json.addProperty("clientCpuMicrosPerOperation", clientMicros);
        json.addProperty("othersCores", known(othersCores));
    }

    static @Nullable Double known(double figure) {
        return Double.isFinite(figure) ? figure : null;
    }
}
