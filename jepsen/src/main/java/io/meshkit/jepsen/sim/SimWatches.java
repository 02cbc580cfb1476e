package io.meshkit.jepsen.sim;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.AuditEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches of everything: live from what is applied, and from the journal where they go on at another node. Thread:
 * one.
 */
final class SimWatches {
    private static final int NOWHERE = -1;

    private static final class Watch {
        private final String process;
        private int node = NOWHERE;
        private boolean started;
        /** Everything up to and including this revision has been told. */
        private long position;

        Watch(int number) {
            process = "watch-" + number;
        }
    }

    private final SimHistory history;
    private final List<Watch> watches = new ArrayList<>();

    SimWatches(int count, SimHistory history) {
        this.history = history;
        for (int i = 0; i < count; i++) {
            watches.add(new Watch(i));
        }
    }

    int count() {
        return watches.size();
    }

    /** The watch goes on at the node, which is up. */
    void attach(int number, SimNode node) {
        Watch watch = watches.get(number);
        record(watch, watch.started ? "watch-resume" : "watch-start", "from", watch.position);
        watch.started = true;
        watch.node = node.id;
        watch.position = Math.max(watch.position, node.watchAfter(watch.position));
        catchUp(watch, node);
    }

    void bookmark(int number, SimNode node) {
        Watch watch = watches.get(number);
        if (watch.node == node.id && node.state.revision() >= watch.position) {
            watch.position = node.state.revision();
            record(watch, "watch-bookmark", "rev", watch.position);
        }
    }

    /** At which node it is; −1: at none. */
    int node(int number) {
        return watches.get(number).node;
    }

    void applied(SimNode node, List<AuditEntry> entries) {
        for (Watch watch : watches) {
            if (watch.node == node.id) {
                entries.forEach(entry -> tell(watch, entry));
            }
        }
    }

    /** Its state jumped: what lies between is in the journal that came with it. */
    void installed(SimNode node) {
        for (Watch watch : watches) {
            if (watch.node == node.id) {
                catchUp(watch, node);
            }
        }
    }

    void crashed(SimNode node) {
        for (Watch watch : watches) {
            if (watch.node == node.id) {
                watch.node = NOWHERE;
            }
        }
    }

    private void catchUp(Watch watch, SimNode node) {
        for (long revision = watch.position + 1; revision <= node.state.revision(); revision++) {
            AuditEntry entry = Journal.get(node.state.view(), revision);
            if (entry != null) {
                tell(watch, entry);
            }
        }
    }

    private void tell(Watch watch, AuditEntry entry) {
        if (entry.getRevision() > watch.position) {
            watch.position = entry.getRevision();
            history.add(watch.process, EventType.INFO, "watch-event", null, SimHistory.row(entry), new JsonObject());
        }
    }

    private void record(Watch watch, String f, String name, long revision) {
        JsonObject value = new JsonObject();
        value.addProperty(name, revision);
        JsonElement recorded = revision < 0 ? JsonNull.INSTANCE : value;
        history.add(watch.process, EventType.INFO, f, null, recorded, new JsonObject());
    }
}
