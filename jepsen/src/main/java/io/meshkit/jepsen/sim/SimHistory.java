package io.meshkit.jepsen.sim;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What clients and watches saw, in the documented form; the time is the simulated one. Thread: one. */
final class SimHistory {
    private final List<Event> events = new ArrayList<>();
    private long step;
    private long nanos;

    /** Of steps at the same time, each is a nanosecond later. */
    void step(long nowNanos) {
        step++;
        nanos = nowNanos + step;
    }

    long size() {
        return events.size();
    }

    @Nullable
    Event last() {
        return events.isEmpty() ? null : events.getLast();
    }

    void add(String process, EventType type, String f, @Nullable String key, JsonElement value, JsonObject details) {
        events.add(new Event(events.size(), nanos, process, type, f, key, value, details));
    }

    History whole() {
        return new History(events);
    }

    /** Only what one kind of checker knows; everything that is no client's stays. */
    History only(Predicate<String> functions) {
        return new History(events.stream()
                .filter(event -> !event.isOfClient() || functions.test(event.f()))
                .toList());
    }

    static JsonObject row(AuditEntry entry) {
        JsonObject row = new JsonObject();
        row.addProperty("rev", entry.getRevision());
        row.addProperty("request", entry.getRequestId());
        JsonArray changes = new JsonArray();
        for (RecordChange change : entry.getChangesList()) {
            JsonObject each = new JsonObject();
            each.addProperty("key", key(change.getKind(), change.getName()));
            each.add("value", change.hasAfter() ? value(change.getAfter()) : JsonNull.INSTANCE);
            changes.add(each);
        }
        row.add("changes", changes);
        return row;
    }

    static String key(String kind, String name) {
        return kind.equals("config") ? name : kind + ":" + name;
    }

    static JsonElement value(RegistryRecord record) {
        return switch (record.getRecordCase()) {
            case CONFIG ->
                new JsonPrimitive(SimRequests.value(record.getConfig().getDocument()));
            case SHARD -> owner(record.getShard());
            default -> new JsonPrimitive(record.getRecordCase().name());
        };
    }

    static JsonObject owner(Shard shard) {
        JsonObject owner = new JsonObject();
        owner.addProperty("owner", shard.getOwnerNodeId());
        owner.addProperty("epoch", shard.getOwnerEpoch());
        return owner;
    }
}
