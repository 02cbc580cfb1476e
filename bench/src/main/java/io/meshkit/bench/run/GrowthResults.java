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
 * All that one run of {@code bench growth} found, and its form as {@code growth.json}. Not thread-safe.
 *
 * <p>Members are only ever added; a figure that is unknown is null, never 0.
 */
final class GrowthResults {
    private static final String FORMAT = "meshkit.bench.growth/1";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().serializeNulls().create();

    private final GrowthPlan plan;
    private final String command;
    private final Machine machine;
    private final @Nullable DiskFloor disk;
    private final Instant startedAt;
    private final Map<Integer, SizeStep> sizes = new LinkedHashMap<>();
    private final List<WatchStep> watches = new ArrayList<>();

    /** @param command that repeats the run */
    GrowthResults(GrowthPlan plan, String command, Machine machine, @Nullable DiskFloor disk, Instant startedAt) {
        this.plan = plan;
        this.command = command;
        this.machine = machine;
        this.disk = disk;
        this.startedAt = startedAt;
    }

    /** In the place of what was known of that size before. */
    void put(SizeStep step) {
        sizes.put(step.shards(), step);
    }

    void add(WatchStep step) {
        watches.add(step);
    }

    List<SizeStep> sizes() {
        return List.copyOf(sizes.values());
    }

    List<WatchStep> watches() {
        return List.copyOf(watches);
    }

    GrowthPlan plan() {
        return plan;
    }

    String command() {
        return command;
    }

    Machine machine() {
        return machine;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Whether every work did something, and every watcher was told what the journal says. */
    boolean holds() {
        return sizes.values().stream()
                        .flatMap(step -> step.samples().stream())
                        .allMatch(sample -> sample.tally().operations() > 0)
                && watches.stream().allMatch(WatchStep::holds);
    }

    String toJson() {
        JsonObject root = new JsonObject();
        root.addProperty("format", FORMAT);
        root.addProperty("startedAt", startedAt.toString());
        root.addProperty("command", command);
        root.add("plan", planJson());
        root.add("machine", GSON.toJsonTree(machine));
        root.add("disk", disk == null ? JsonNull.INSTANCE : Results.diskJson(disk));
        JsonArray steps = new JsonArray();
        sizes.values().forEach(step -> steps.add(sizeJson(step)));
        root.add("sizes", steps);
        JsonArray loads = new JsonArray();
        watches.forEach(step -> loads.add(watchJson(step)));
        root.add("watchers", loads);
        return GSON.toJson(root) + "\n";
    }

    private JsonObject planJson() {
        JsonObject json = new JsonObject();
        json.add("shards", GSON.toJsonTree(plan.shards()));
        json.add("works", GSON.toJsonTree(plan.works().stream().map(Work::label).toList()));
        json.addProperty("outstanding", plan.outstanding());
        json.addProperty("warmupMs", plan.warmup().toMillis());
        json.addProperty("durationMs", plan.duration().toMillis());
        json.addProperty("valueBytes", plan.valueBytes());
        json.add("watchers", GSON.toJsonTree(plan.watchers()));
        json.addProperty("watchersPerNamespace", GrowthPlan.WATCHERS_PER_NAMESPACE);
        json.addProperty("rate", plan.rate());
        json.addProperty("calmWithinMs", plan.calmWithin().toMillis());
        return json;
    }

    private JsonObject sizeJson(SizeStep step) {
        JsonObject json = new JsonObject();
        json.addProperty("shards", step.shards());
        json.addProperty("written", step.written());
        json.addProperty("fillSeconds", step.fillSeconds());
        json.add("calm", calmJson(step.calm()));
        JsonArray works = new JsonArray();
        step.samples().forEach(sample -> {
            JsonObject work = new JsonObject();
            work.addProperty("work", sample.cell().work().label());
            Results.sampleJson(sample).asMap().forEach(work::add);
            works.add(work);
        });
        json.add("works", works);
        JsonArray nodes = new JsonArray();
        Map<String, Long> rss = step.rssBytes();
        for (int i = 0; i < machine.localNodes().size(); i++) {
            String name = machine.localNodes().get(i);
            JsonObject node = new JsonObject();
            node.addProperty("node", name);
            node.addProperty("rssBytesMost", rss.get(name));
            node.addProperty(
                    "dataBytes",
                    step.dataBytes().isEmpty() ? null : step.dataBytes().get(i));
            nodes.add(node);
        }
        json.add("nodes", nodes);
        return json;
    }

    private static JsonObject calmJson(Calm.Outcome calm) {
        JsonObject json = new JsonObject();
        json.addProperty("seconds", calm.seconds());
        json.addProperty("cores", Results.known(calm.cores()));
        json.addProperty("reached", Double.isNaN(calm.cores()) ? null : calm.reached());
        return json;
    }

    private static JsonObject watchJson(WatchStep step) {
        JsonObject json = new JsonObject();
        json.addProperty("watchers", step.watchers());
        json.addProperty("namespaces", step.namespaces());
        json.add("calm", calmJson(step.calm()));
        json.add("sample", GSON.toJsonTree(step.sample()));
        json.addProperty("failure", step.failure());
        json.addProperty("clientRssBytes", step.clientRssBytes() == 0 ? null : step.clientRssBytes());
        return json;
    }
}
