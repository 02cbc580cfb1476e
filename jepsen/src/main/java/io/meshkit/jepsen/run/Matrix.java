package io.meshkit.jepsen.run;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.meshkit.jepsen.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of verdicts, workload by fault. Thread: one. */
final class Matrix {
    static final String SKIPPED = "skipped.txt";

    private final List<String> workloads;
    private final List<String> nemeses;
    private final String caption;

    /** How the pairs were run, for people. */
    enum Manner {
        /** Each pair in a run of its own. */
        APART("each pair in a run of its own"),
        /** All workloads together against one fault. */
        TOGETHER(
                "one run per fault, in which all workloads share the rate at the same time; a cell is the verdict of its"
                        + " own workload's checkers and of what concerns the whole run");

        private final String words;

        Manner(String words) {
            this.words = words;
        }
    }

    private final List<Cell> cells = new ArrayList<>();

    /**
     * One pair.
     *
     * @param verdict valid, invalid, unknown or skipped
     * @param ok      operations that succeeded
     * @param all     operations
     * @param reason  why it is not valid, or empty
     */
    record Cell(String workload, String nemesis, String verdict, long ok, long all, String reason) {
        /** For people. */
        String text() {
            return verdict
                    + (all > 0 ? " (" + ok + " of " + all + " ok)" : "")
                    + (reason.isEmpty() ? "" : ": " + reason);
        }
    }

    Matrix(List<String> workloads, List<String> nemeses, Manner manner, int timeLimitSeconds, double rate, long seed) {
        this.workloads = List.copyOf(workloads);
        this.nemeses = List.copyOf(nemeses);
        this.caption = String.format(
                Locale.ROOT,
                "%s; %d s of load per run, %.0f operations/s offered in all, seed %d",
                capital(manner.words),
                timeLimitSeconds,
                rate,
                seed);
    }

    private static String capital(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    void add(Cell cell) {
        cells.add(cell);
    }

    /** Of what a run of that workload, perhaps among others, left; a run that left nothing is unknown. */
    static Cell read(String workload, String nemesis, Path directory) throws IOException {
        Path skipped = directory.resolve(SKIPPED);
        if (Files.exists(skipped)) {
            return new Cell(
                    workload,
                    nemesis,
                    "skipped",
                    0,
                    0,
                    Files.readString(skipped).strip());
        }
        Path test = directory.resolve(Report.TEST);
        if (!Files.exists(test)) {
            return new Cell(workload, nemesis, "unknown", 0, 0, "the run could not be done");
        }
        try {
            JsonObject json = JsonParser.parseString(Files.readString(test)).getAsJsonObject();
            JsonObject operations = operations(json, workload);
            long all = 0;
            for (String type : operations.keySet()) {
                all += operations.get(type).getAsLong();
            }
            return new Cell(
                    workload,
                    nemesis,
                    verdict(json, workload),
                    operations.get("ok").getAsLong(),
                    all,
                    reason(json, workload));
        } catch (JsonParseException | IllegalStateException e) {
            return new Cell(workload, nemesis, "unknown", 0, 0, test + " is torn");
        }
    }

    /** Of that workload alone if there are several. */
    private static JsonObject operations(JsonObject json, String workload) {
        JsonObject byWorkload = json.getAsJsonObject("operationsByWorkload");
        return byWorkload != null && byWorkload.has(workload)
                ? byWorkload.getAsJsonObject(workload)
                : json.getAsJsonObject("operations");
    }

    /** Whether it is about that workload, or about the whole run. */
    private static boolean concerns(JsonObject judgement, String workload) {
        String of = judgement.has("workload") ? judgement.get("workload").getAsString() : "";
        return of.isEmpty() || of.equals(workload);
    }

    /** The run's own, unless another workload's checkers are to blame for it. */
    private static String verdict(JsonObject json, String workload) {
        boolean isMixed = json.getAsJsonArray("judgements").asList().stream()
                .anyMatch(each -> each.getAsJsonObject().has("workload")
                        && !each.getAsJsonObject().get("workload").getAsString().isEmpty());
        if (!isMixed) {
            return json.get("verdict").getAsString();
        }
        List<String> verdicts = new ArrayList<>();
        boolean isJudged = false;
        for (JsonElement each : json.getAsJsonArray("judgements")) {
            JsonObject judgement = each.getAsJsonObject();
            if (concerns(judgement, workload)) {
                verdicts.add(judgement.get("verdict").getAsString());
                isJudged |= judgement.get("workload").getAsString().equals(workload);
            }
        }
        boolean allShown = json.getAsJsonArray("faults").asList().stream()
                .allMatch(each -> each.getAsJsonObject().get("hasShown").getAsBoolean());
        if (verdicts.contains("invalid")) {
            return "invalid";
        }
        return isJudged && allShown && !verdicts.contains("unknown") ? "valid" : "unknown";
    }

    private static String reason(JsonObject json, String workload) {
        List<String> reasons = new ArrayList<>();
        for (JsonElement each : json.getAsJsonArray("judgements")) {
            JsonObject judgement = each.getAsJsonObject();
            if (concerns(judgement, workload)
                    && !judgement.get("verdict").getAsString().equals("valid")) {
                reasons.add(judgement.get("checker").getAsString() + ": "
                        + judgement.get("reason").getAsString());
            }
        }
        for (JsonElement each : json.getAsJsonArray("faults")) {
            if (!each.getAsJsonObject().get("hasShown").getAsBoolean()) {
                reasons.add(each.getAsJsonObject().get("name").getAsString() + " did not show");
            }
        }
        return String.join("; ", reasons);
    }

    /** Writes {@code matrix.md} and {@code matrix.json}. */
    void write(Path directory) throws IOException {
        Files.writeString(directory.resolve("matrix.md"), toMarkdown());
        JsonArray json = new JsonArray();
        for (Cell cell : cells) {
            JsonObject one = new JsonObject();
            one.addProperty("workload", cell.workload());
            one.addProperty("nemesis", cell.nemesis());
            one.addProperty("verdict", cell.verdict());
            one.addProperty("ok", cell.ok());
            one.addProperty("operations", cell.all());
            one.addProperty("reason", cell.reason());
            json.add(one);
        }
        Files.writeString(
                directory.resolve("matrix.json"),
                new GsonBuilder()
                                .setPrettyPrinting()
                                .disableHtmlEscaping()
                                .create()
                                .toJson(json) + "\n");
    }

    /** A row per fault, a column per workload, and below it why a pair is not valid. */
    String toMarkdown() {
        StringBuilder table = new StringBuilder(caption).append(".\n\n| fault |");
        workloads.forEach(workload -> table.append(' ').append(workload).append(" |"));
        table.append("\n|---|").append("---|".repeat(workloads.size())).append('\n');
        for (String nemesis : nemeses) {
            table.append("| `").append(nemesis).append("` |");
            for (String workload : workloads) {
                table.append(' ')
                        .append(cells.stream()
                                .filter(cell -> cell.workload().equals(workload)
                                        && cell.nemesis().equals(nemesis))
                                .map(cell -> cell.all() > 0
                                        ? cell.verdict() + ", " + cell.ok() + "/" + cell.all()
                                        : cell.verdict())
                                .findFirst()
                                .orElse("not run"))
                        .append(" |");
            }
            table.append('\n');
        }
        List<Cell> explained =
                cells.stream().filter(cell -> !cell.reason().isEmpty()).toList();
        if (!explained.isEmpty()) {
            table.append('\n');
            explained.forEach(cell -> table.append("- ")
                    .append(cell.workload())
                    .append(" × `")
                    .append(cell.nemesis())
                    .append("` is ")
                    .append(cell.verdict())
                    .append(": ")
                    .append(cell.reason())
                    .append('\n'));
        }
        return table.toString();
    }

    /** 1 if any is invalid, 2 if any is not valid, else 0. */
    int exitCode() {
        if (cells.stream().anyMatch(cell -> cell.verdict().equals("invalid"))) {
            return 1;
        }
        return cells.stream().allMatch(cell -> cell.verdict().equals("valid")) ? 0 : 2;
    }
}
