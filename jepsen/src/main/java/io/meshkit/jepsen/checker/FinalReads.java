package io.meshkit.jepsen.checker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was read from every node when all was quiet again.
 *
 * @param audits by node, then revision
 * @param states events with the whole state of a node
 * @param hashes events with the hashes of a node
 * @param failed whether something could not be read
 */
record FinalReads(Map<String, TreeMap<Long, AuditRow>> audits, List<Event> states, List<Event> hashes, boolean failed) {
    private static final String PROCESS = "final";

    /** @throws io.meshkit.jepsen.history.HistoryException if they are not of the documented form */
    static FinalReads of(History history) {
        TreeMap<String, TreeMap<Long, AuditRow>> audits = new TreeMap<>();
        List<Event> states = new ArrayList<>();
        List<Event> hashes = new ArrayList<>();
        boolean failed = false;
        for (Event event : history.events()) {
            if (!event.process().equals(PROCESS)) {
                continue;
            }
            switch (event.f()) {
                case "audit" -> {
                    TreeMap<Long, AuditRow> rows = audits.computeIfAbsent(node(event), each -> new TreeMap<>());
                    if (event.value() instanceof JsonArray array) {
                        for (JsonElement element : array) {
                            AuditRow row = AuditRow.of(element, event);
                            rows.put(row.revision(), row);
                        }
                    }
                }
                case "state" -> states.add(event);
                case "hash" -> hashes.add(event);
                case "unreadable" -> failed = true;
                default -> {}
            }
        }
        return new FinalReads(audits, states, hashes, failed);
    }

    static String node(Event event) {
        return Members.text(event.details(), "node");
    }

    /** The audit log that goes furthest; empty if none was read. */
    TreeMap<Long, AuditRow> longestAudit() {
        TreeMap<Long, AuditRow> longest = new TreeMap<>();
        for (TreeMap<Long, AuditRow> rows : audits.values()) {
            if (!rows.isEmpty() && (longest.isEmpty() || rows.lastKey() > longest.lastKey())) {
                longest = rows;
            }
        }
        return longest;
    }
}
