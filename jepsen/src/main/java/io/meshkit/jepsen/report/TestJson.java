package io.meshkit.jepsen.report;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code test.json}: how the run was made, and what came of it. */
final class TestJson {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .setFieldNamingPolicy(FieldNamingPolicy.IDENTITY)
            .create();

    private TestJson() {}

    static String of(RunResult result) {
        JsonObject json = GSON.toJsonTree(result.test()).getAsJsonObject();
        json.addProperty("verdict", id(result.verdict()));
        json.add("operations", GSON.toJsonTree(operations(result.history())));
        JsonObject byWorkload = new JsonObject();
        for (String workload : result.test().workloads()) {
            byWorkload.add(workload, GSON.toJsonTree(operations(result.history().of(workload))));
        }
        json.add("operationsByWorkload", byWorkload);
        json.add(
                "judgements",
                GSON.toJsonTree(
                        result.judgements().stream().map(TestJson::judgement).toList()));
        json.add(
                "faults",
                GSON.toJsonTree(result.faults().stream().map(TestJson::fault).toList()));
        json.add("leaders", GSON.toJsonTree(result.leaders()));
        return GSON.toJson(json) + "\n";
    }

    /** Completions of clients by type; what never completed counts as info. */
    static Map<String, Long> operations(History history) {
        Map<String, Long> counts = new TreeMap<>(Map.of("ok", 0L, "fail", 0L, "info", 0L));
        for (Event event : history.events()) {
            if (event.isOfClient()) {
                switch (event.type()) {
                    case INVOKE -> counts.merge("info", 1L, Long::sum);
                    case OK, FAIL -> {
                        counts.merge("info", -1L, Long::sum);
                        counts.merge(event.type().id(), 1L, Long::sum);
                    }
                    case INFO -> {}
                }
            }
        }
        return counts;
    }

    private static Map<String, Object> judgement(Judgement judgement) {
        return new TreeMap<>(Map.of(
                "workload", judgement.workload(),
                "checker", judgement.checker(),
                "verdict", id(judgement.verdict()),
                "reason", judgement.reason(),
                "evidence", judgement.evidence(),
                "counterexamples", List.copyOf(judgement.counterexamples())));
    }

    private static Map<String, Object> fault(Fault fault) {
        return new TreeMap<>(Map.of(
                "name", fault.name(),
                "target", fault.target(),
                "fromNanos", fault.fromNanos(),
                "toNanos", fault.toNanos(),
                "hasShown", fault.hasShown(),
                "evidence", fault.evidence()));
    }

    static String id(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
