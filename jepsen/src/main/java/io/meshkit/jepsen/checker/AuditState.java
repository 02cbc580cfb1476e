package io.meshkit.jepsen.checker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The audit log is the truth: it has every acknowledged change, without a gap, the same on every node, and folding it
 * gives the state.
 */
final class AuditState implements Checker {
    private static final String ROWS = "audit rows";

    @Override
    public String name() {
        return "audit-is-state";
    }

    @Override
    public boolean appliesTo(History history) {
        return !FinalReads.of(history).longestAudit().isEmpty();
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        FinalReads reads = FinalReads.of(history);
        TreeMap<Long, AuditRow> longest = reads.longestAudit();
        reads.audits().forEach((node, rows) -> {
            findings.count(ROWS, rows.size());
            gapless(findings, node, rows);
            sameAs(findings, node, rows, longest);
        });
        for (Event state : reads.states()) {
            folded(findings, state, reads.audits().get(FinalReads.node(state)));
        }
        if (!longest.isEmpty()) {
            for (Attempt attempt : Attempt.of(history)) {
                acknowledged(findings, attempt, longest);
            }
        }
        return findings.judge(ROWS);
    }

    private static void gapless(Findings findings, String node, TreeMap<Long, AuditRow> rows) {
        AuditRow last = null;
        for (AuditRow row : rows.values()) {
            if (last != null && row.revision() != last.revision() + 1) {
                findings.violation(
                        "the audit log of " + node + " has a gap",
                        List.of(row.source()),
                        "after " + last + " comes " + row);
            }
            last = row;
        }
    }

    private static void sameAs(
            Findings findings, String node, TreeMap<Long, AuditRow> rows, TreeMap<Long, AuditRow> longest) {
        for (AuditRow row : rows.values()) {
            AuditRow other = longest.get(row.revision());
            if (other == null) {
                continue;
            }
            boolean isSame =
                    row.changes().equals(other.changes()) && row.request().equals(other.request());
            if (!isSame) {
                findings.violation(
                        "two audit logs differ",
                        List.of(other.source(), row.source()),
                        node + " has " + row + ", " + FinalReads.node(other.source()) + " has " + other);
            }
        }
    }

    private static void folded(Findings findings, Event event, @Nullable TreeMap<Long, AuditRow> rows) {
        if (rows == null || rows.isEmpty()) {
            return;
        }
        JsonElement at = event.details().get("rev");
        long revision = Members.isNumber(at) ? at.getAsLong() : rows.lastKey();
        if (rows.lastKey() < revision) {
            findings.unknown("the audit log of " + FinalReads.node(event) + " ends before its state, " + revision);
            return;
        }
        boolean isWhole = rows.firstKey() == 1;
        JsonObject state = Members.object(event.value());
        TreeMap<String, AuditRow> lastChange = new TreeMap<>();
        for (AuditRow row : rows.headMap(revision, true).values()) {
            row.changes().keySet().forEach(key -> lastChange.put(key, row));
        }
        for (Map.Entry<String, AuditRow> each : lastChange.entrySet()) {
            JsonElement expected = each.getValue().changes().get(each.getKey());
            JsonElement actual = state.has(each.getKey()) ? state.get(each.getKey()) : JsonNull.INSTANCE;
            findings.count("records folded", 1);
            if (!Objects.equals(expected, actual)) {
                findings.violation(
                        "key " + each.getKey() + " is not what the audit log says",
                        List.of(each.getValue().source()),
                        "the last change of " + FinalReads.node(event) + " is " + each.getValue() + ", its state has "
                                + actual);
            }
        }
        for (String key : state.keySet()) {
            if (isWhole && !lastChange.containsKey(key)) {
                findings.violation(
                        "key " + key + " exists without a change that made it",
                        List.of(),
                        FinalReads.node(event) + " has " + state.get(key) + " at revision " + revision);
            }
        }
    }

    private static void acknowledged(Findings findings, Attempt attempt, TreeMap<Long, AuditRow> audit) {
        Long revision = attempt.number("rev");
        JsonElement expected = newValue(attempt);
        if (revision == null || expected == null || !attempt.isOkWithChange() || revision < audit.firstKey()) {
            return;
        }
        findings.count("acknowledged changes", 1);
        AuditRow row = audit.get(revision);
        List<Event> events = new ArrayList<>(attempt.events());
        if (row == null) {
            findings.violation("an acknowledged change is lost", events, "the audit log has no revision " + revision);
        } else if (!expected.equals(row.changes().get(attempt.key()))) {
            findings.violation("an acknowledged change is lost", events, "the audit log has " + row);
        }
    }

    /** What the key was set to, or null if the operation does not say. */
    private static @Nullable JsonElement newValue(Attempt attempt) {
        return switch (attempt.f()) {
            case "write", "lock-write" -> attempt.asked();
            case "delete" -> JsonNull.INSTANCE;
            case "cas" -> attempt.asked() instanceof JsonArray pair && pair.size() == 2 ? pair.get(1) : null;
            default -> null;
        };
    }
}
