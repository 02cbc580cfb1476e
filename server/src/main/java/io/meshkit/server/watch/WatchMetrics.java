package io.meshkit.server.watch;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;

/** What watches do, counted. Thread: any number. */
public final class WatchMetrics {
    private final MetricRegistry registry;
    private final Counter messages;
    private final Counter bytes;
    private final Counter catchUps;
    private final Counter refused;
    private final Counter compacted;

    public WatchMetrics(MetricRegistry registry) {
        this.registry = registry;
        this.messages = registry.counter("meshkit_watch_events_total");
        this.bytes = registry.counter("meshkit_watch_event_bytes_total");
        this.catchUps = registry.counter("meshkit_watch_catch_ups_total");
        this.refused = registry.counter("meshkit_watch_refused_total");
        this.compacted = registry.counter("meshkit_watch_compacted_total");
    }

    void gauges(WatchHub hub) {
        registry.register("meshkit_watchers", (Gauge<Number>) hub::watchers);
        registry.register("meshkit_watch_lag_revisions_max", (Gauge<Number>) hub::lagMax);
        registry.register("meshkit_watch_buffer_revisions", (Gauge<Number>)
                () -> hub.feed().size());
        registry.register(
                "meshkit_watch_buffer_bytes", (Gauge<Number>) () -> hub.feed().bytes());
    }

    /** A revision was sent to a watcher. */
    void delivered(int messageBytes) {
        messages.inc();
        bytes.inc(messageBytes);
    }

    /** A watcher has fallen out of the feed and is served from the store. */
    void catchUp() {
        catchUps.inc();
    }

    /** A watch was refused because there are too many. */
    void refused() {
        refused.inc();
    }

    /** A watch ended or did not begin because its position is no longer kept. */
    void compacted() {
        compacted.inc();
    }

    public long catchUps() {
        return catchUps.getCount();
    }
}
