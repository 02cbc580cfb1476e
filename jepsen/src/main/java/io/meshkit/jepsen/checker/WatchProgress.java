package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How far one watch has come, and whether that is right. Thread: one. */
final class WatchProgress {
    /** Nothing is known of where the watch stands: it began "now", or was told that the past is gone. */
    private static final long ANYWHERE = -1;

    private final Findings findings;
    private final TreeMap<Long, AuditRow> audit;
    private String key = "";
    /** Everything up to and including this revision has been told. */
    private long position = ANYWHERE;
    /** The event that says so. */
    private @Nullable Event positionFrom;

    WatchProgress(Findings findings, TreeMap<Long, AuditRow> audit) {
        this.findings = findings;
        this.audit = audit;
    }

    void next(Event event) {
        switch (event.f()) {
            case "watch-start" -> {
                key = event.key() == null ? "" : event.key();
                moveTo(from(event), event);
            }
            case "watch-resume" -> resume(event);
            case "watch-event" -> delivered(event);
            case "watch-bookmark" -> bookmark(event);
            case "watch-compacted" -> compacted(event);
            case "watch-end" -> {}
            default -> findings.unknown("a watch does not know " + event.f());
        }
    }

    private static long from(Event event) {
        JsonElement from = event.value() instanceof JsonObject value ? value.get("from") : null;
        Long revision = Members.asNumber(from);
        return revision == null ? ANYWHERE : revision;
    }

    /** It may ask for less than it has: what comes twice then was asked for twice. */
    private void resume(Event event) {
        findings.count("watch resumptions", 1);
        long from = from(event);
        if (position != ANYWHERE && from > position) {
            findings.unknown(event.process() + " asked for less than it lacked, at index " + event.index());
        }
        moveTo(from, event);
    }

    private void delivered(Event event) {
        findings.count(Watch.EVENTS, 1);
        AuditRow told = AuditRow.of(event.value(), event);
        if (position != ANYWHERE && told.revision() <= position) {
            violation(
                    "a watch told a revision again, or out of order",
                    event,
                    "everything up to revision " + position + " had been told already");
            return;
        }
        nothingMissed(told.revision() - 1, event);
        AuditRow row = audit.get(told.revision());
        if (row == null) {
            if (told.revision() < audit.firstKey() || told.revision() > audit.lastKey()) {
                findings.unknown("the audit log does not reach to revision " + told.revision());
            } else {
                violation("a watch told a revision that never was", event, "the audit log does not have it");
            }
        } else if (!row.seenBy(key).equals(told.changes())) {
            violation("a watch told a revision in part, or wrongly", event, "the audit log has " + row);
        }
        moveTo(told.revision(), event);
    }

    private void bookmark(Event event) {
        findings.count("watch bookmarks", 1);
        long revision = Members.number(Members.object(event.value()), "rev");
        nothingMissed(revision, event);
        if (position != ANYWHERE && revision < position) {
            violation("a bookmark went back", event, "everything up to revision " + position + " had been told");
            return;
        }
        moveTo(revision, event);
    }

    private void compacted(Event event) {
        findings.count("watches told of compaction", 1);
        long oldest = Members.number(Members.object(event.value()), "rev");
        if (position != ANYWHERE && oldest <= position + 1) {
            violation(
                    "a watch was broken off without need",
                    event,
                    "revision " + (position + 1) + ", which it needed next, was still there");
        }
        moveTo(ANYWHERE, event);
    }

    /** Whatever concerns this watch in (position, to] has been told. */
    private void nothingMissed(long to, Event event) {
        if (position == ANYWHERE || to <= position) {
            return;
        }
        for (AuditRow row : audit.subMap(position, false, to, true).values()) {
            if (!row.seenBy(key).isEmpty()) {
                violation("a watch left out a change", event, "it never told " + row);
                return;
            }
        }
    }

    private void moveTo(long revision, Event event) {
        position = revision;
        positionFrom = event;
    }

    private void violation(String what, Event event, String conclusion) {
        List<Event> events = new ArrayList<>();
        if (positionFrom != null) {
            events.add(positionFrom);
        }
        events.add(event);
        findings.violation(what, events, conclusion);
    }
}
