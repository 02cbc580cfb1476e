package io.meshkit.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** The last downgrades of one client, and who wants to know of them. Thread-safe. */
final class DowngradeLog {
    private final Deque<DowngradeEvent> recent = new ArrayDeque<>();
    private final List<Consumer<DowngradeEvent>> listeners;

    DowngradeLog(List<Consumer<DowngradeEvent>> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    void add(DowngradeEvent event) {
        synchronized (this) {
            if (recent.size() == TransportStats.RECENT_MAX) {
                recent.removeFirst();
            }
            recent.addLast(event);
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    synchronized List<DowngradeEvent> recent() {
        return List.copyOf(recent);
    }
}
