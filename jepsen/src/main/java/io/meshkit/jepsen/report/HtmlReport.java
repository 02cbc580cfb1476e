package io.meshkit.jepsen.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code report.html}: the page, with the run's data inside it. */
final class HtmlReport {
    /** More would make browsers slow; the operations of counterexamples are always shown. */
    static final int OPERATIONS_MAX = 20_000;

    private static final String DATA = "@@DATA@@";
    /** It escapes what could end the script element. */
    private static final Gson GSON = new GsonBuilder().serializeNulls().create();

    private HtmlReport() {}

    static String of(RunResult result) throws IOException {
        return page().replace(DATA, GSON.toJson(data(result)));
    }

    private static JsonObject data(RunResult result) {
        History history = result.history();
        Set<Long> involved = new HashSet<>();
        result.judgements()
                .forEach(judgement -> judgement.counterexamples().forEach(each -> involved.addAll(each.indexes())));
        List<Operation> all = history.operations();
        int every = Math.max(1, (all.size() + OPERATIONS_MAX - 1) / OPERATIONS_MAX);
        JsonArray operations = new JsonArray();
        for (int i = 0; i < all.size(); i++) {
            if (i % every == 0 || involved.contains(all.get(i).index())) {
                operations.add(operation(history, all.get(i)));
            }
        }
        JsonObject data = new JsonObject();
        data.add("test", JsonParser.parseString(TestJson.of(result)));
        data.add("ops", operations);
        data.addProperty("omitted", all.size() - operations.size());
        data.addProperty(
                "end",
                history.events().isEmpty() ? 0 : history.events().getLast().timeNanos());
        return data;
    }

    private static JsonObject operation(History history, Operation operation) {
        Event invoke = history.events().get(operation.call());
        JsonObject json = new JsonObject();
        json.addProperty("i", operation.index());
        json.addProperty("p", operation.process());
        json.addProperty("f", operation.f());
        json.addProperty("k", operation.key());
        json.add("v", operation.value());
        json.addProperty("s", operation.outcome().id());
        json.addProperty("t", invoke.timeNanos());
        JsonObject details = invoke.details().deepCopy();
        if (operation.ret() != Operation.NEVER) {
            Event completion = history.events().get(operation.ret());
            json.addProperty("e", completion.timeNanos());
            completion.details().entrySet().forEach(each -> details.add(each.getKey(), each.getValue()));
        }
        json.add("d", details);
        return json;
    }

    private static String page() throws IOException {
        try (InputStream page = HtmlReport.class.getResourceAsStream("report.html")) {
            if (page == null) {
                throw new IOException("report.html is not on the class path");
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
