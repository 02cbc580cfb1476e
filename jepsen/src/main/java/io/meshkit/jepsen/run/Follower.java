package io.meshkit.jepsen.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ResyncReason;
import io.meshkit.client.WatchListener;
import io.meshkit.jepsen.client.Outcome;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.jepsen.workload.Records;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchResponse;
import org.jspecify.annotations.Nullable;

/** Writes into the history what one watch is told. Thread: the watch's; the position may be read by any. */
final class Follower implements WatchListener {
    private static final long NOWHERE = -1;

    private final String process;
    private final @Nullable String key;
    private final HistoryWriter history;
    private final Records records;
    private String node = "";
    private boolean isCompacted;
    private volatile long position = NOWHERE;
    private volatile boolean ended;
    private volatile String trouble = "";

    /** @param document that is watched alone; empty: all */
    Follower(String process, String document, HistoryWriter history, Records records) {
        this.process = process;
        this.key = document.isEmpty() ? null : records.key("config", document);
        this.history = history;
        this.records = records;
    }

    boolean hasBegun() {
        return position != NOWHERE;
    }

    boolean hasEnded() {
        return ended;
    }

    /** The revision up to which everything has been told. */
    long position() {
        return position;
    }

    @Override
    public void onMessage(WatchResponse message) {
        long revision = message.getRevision();
        switch (message.getEventCase()) {
            case OPENED -> {
                if (isCompacted) {
                    append("watch-compacted", "rev", message.getOpened().getLowWatermarkRevision());
                    isCompacted = false;
                }
                append("watch-start", "from", revision);
            }
            case CHANGE -> append("watch-event", change(revision, message.getChange()));
            case BOOKMARK, SYNCED -> append("watch-bookmark", "rev", revision);
            case STATE, EVENT_NOT_SET -> {}
        }
        position = Math.max(position, revision);
    }

    private JsonObject change(long revision, WatchChange change) {
        JsonArray changes = new JsonArray();
        for (WatchEvent event : change.getEventsList()) {
            String name = records.key(event.getKind(), event.getName());
            if (name != null) {
                JsonObject one = new JsonObject();
                one.addProperty("key", name);
                one.add("value", event.hasRecord() ? records.value(event.getRecord()) : JsonNull.INSTANCE);
                changes.add(one);
            }
        }
        JsonObject value = new JsonObject();
        value.addProperty("rev", revision);
        value.add("changes", changes);
        return value;
    }

    @Override
    public void onConnected(String to) {
        node = to;
        if (position != NOWHERE && !isCompacted) {
            append("watch-resume", "from", position);
        }
    }

    @Override
    public void onDisconnected(RegistryException cause) {
        trouble = Outcome.name(cause) + ": " + cause.getMessage();
    }

    /** Only for a past that is gone may it lose its place; the checker does not know any other reason. */
    @Override
    public void onResync(ResyncReason reason, String detail) {
        if (reason == ResyncReason.COMPACTED) {
            isCompacted = true;
        } else {
            append("watch-lost", new JsonPrimitive(reason + ": " + detail));
        }
    }

    @Override
    public void onClosed(@Nullable RegistryException failure) {
        ended = true;
        if (failure == null) {
            append("watch-end", JsonNull.INSTANCE);
        } else {
            trouble = Outcome.name(failure) + ": " + failure.getMessage();
            append("watch-broken", new JsonPrimitive(trouble));
        }
    }

    private void append(String f, String member, long number) {
        JsonObject value = new JsonObject();
        value.addProperty(member, number);
        append(f, value);
    }

    private void append(String f, JsonElement value) {
        JsonObject details = new JsonObject();
        details.addProperty("node", node);
        history.append(process, EventType.INFO, f, key, value, details);
    }

    @Override
    public String toString() {
        return process + " is at revision " + position + (trouble.isEmpty() ? "" : ", after " + trouble);
    }
}
