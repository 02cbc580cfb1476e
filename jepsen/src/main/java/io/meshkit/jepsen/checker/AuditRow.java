package io.meshkit.jepsen.checker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.HistoryException;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * One revision of the registry, as its audit log or a watch tells it.
 *
 * @param request the request id that made it, or empty
 * @param changes by key; JSON null: deleted
 * @param source  the event of the history that has it
 */
record AuditRow(long revision, String request, SequencedMap<String, JsonElement> changes, Event source) {
    AuditRow {
        changes = Collections.unmodifiableSequencedMap(new TreeMap<>(changes));
    }

    /** @throws HistoryException if it is not of the documented form */
    static AuditRow of(JsonElement element, Event source) {
        JsonObject row = Members.object(element);
        TreeMap<String, JsonElement> changes = new TreeMap<>();
        if (!(row.get("changes") instanceof JsonArray all)) {
            throw new HistoryException("changes must be an array in " + row);
        }
        for (JsonElement each : all) {
            JsonObject change = Members.object(each);
            JsonElement value = change.get("value");
            if (changes.put(Members.text(change, "key"), value == null ? JsonNull.INSTANCE : value) != null) {
                throw new HistoryException("one key changes twice in " + row);
            }
        }
        return new AuditRow(Members.number(row, "rev"), Members.text(row, "request"), changes, source);
    }

    /** What of it a watch of that key sees; of all keys if empty. */
    SequencedMap<String, JsonElement> seenBy(String key) {
        if (key.isEmpty()) {
            return changes;
        }
        TreeMap<String, JsonElement> seen = new TreeMap<>();
        JsonElement value = changes.get(key);
        if (value != null) {
            seen.put(key, value);
        }
        return seen;
    }

    @Override
    public String toString() {
        return "revision " + revision + " " + changes + (request.isEmpty() ? "" : " by request " + request);
    }
}
