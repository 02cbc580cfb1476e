package io.omnirelay.cli.mesh;

import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import io.omnirelay.cli.file.RecordKind;
import io.omnirelay.cli.output.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What became of each record of an import. Thread-safe. */
final class ImportSummary {
    private static final int FAILURES_SHOWN_MAX = 20;

    /** What can become of a record. */
    enum Fate {
        CREATED,
        CHANGED,
        UNCHANGED,
        SKIPPED,
        FAILED
    }

    private record Failed(RecordKind kind, String name, ErrorDetail detail) {}

    private final Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
    private final List<Failed> failures = new ArrayList<>();

    synchronized void add(Fate fate) {
        counts.merge(fate, 1, Integer::sum);
    }

    synchronized void fail(RecordKind kind, String name, ErrorDetail detail) {
        add(Fate.FAILED);
        failures.add(new Failed(kind, name, detail));
    }

    synchronized int done() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The first failure's exit code, or 0. */
    synchronized int exitCode() {
        return failures.isEmpty()
                ? 0
                : new RegistryException(failures.get(0).detail()).code().exitCode();
    }

    synchronized String text(String importId, boolean dryRun) {
        StringBuilder text = new StringBuilder(dryRun ? "would be: " : "");
        for (Fate fate : Fate.values()) {
            int count = counts.getOrDefault(fate, 0);
            if (count > 0 || fate != Fate.SKIPPED) {
                text.append(count).append(' ').append(label(fate)).append(", ");
            }
        }
        text.append("import id ").append(importId);
        for (Failed failure : failures.subList(0, Math.min(FAILURES_SHOWN_MAX, failures.size()))) {
            text.append("\nfailed: ").append(label(failure.kind())).append(' ').append(failure.name());
            text.append(": ").append(failure.detail().getCode()).append(": ");
            text.append(failure.detail().getMessage());
        }
        if (failures.size() > FAILURES_SHOWN_MAX) {
            text.append("\n… and ").append(failures.size() - FAILURES_SHOWN_MAX).append(" more");
        }
        return text.toString();
    }

    synchronized String json(String importId, boolean dryRun) {
        StringBuilder json = new StringBuilder("{\n  \"importId\": " + Json.quote(importId));
        json.append(",\n  \"dryRun\": ").append(dryRun);
        for (Fate fate : Fate.values()) {
            json.append(",\n  \"").append(label(fate)).append("\": ").append(counts.getOrDefault(fate, 0));
        }
        json.append(",\n  \"failures\": [");
        String separator = "\n";
        for (Failed failure : failures) {
            json.append(separator).append("    {\"kind\": ").append(Json.quote(label(failure.kind())));
            json.append(", \"name\": ").append(Json.quote(failure.name()));
            json.append(", \"code\": ").append(Json.quote(failure.detail().getCode()));
            json.append(", \"message\": ")
                    .append(Json.quote(failure.detail().getMessage()))
                    .append('}');
            separator = ",\n";
        }
        return json.append(failures.isEmpty() ? "]\n}" : "\n  ]\n}").toString();
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
