package io.meshkit.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one watch is kept up. Immutable; each {@code with} method returns a changed copy.
 *
 * @param silence how long a stream may send nothing before the connection counts as broken, > 0. Servers send a
 *                bookmark at least every 10 s: below that, a healthy stream is cut again and again
 * @param resync  when a position is no longer kept: true begins anew with the initial state, after
 *                {@link WatchListener#onResync}; false ends the watch with COMPACTED
 * @param node    only this node is asked; null: any, spread over all
 */
public record WatchSettings(
        Duration silence, boolean resync, @Nullable String node) {

    /** Three bookmarks missed (30 s), with resyncs, on any node. */
    public static final WatchSettings DEFAULT = new WatchSettings(Duration.ofSeconds(30), true, null);

    public WatchSettings {
        if (silence.isZero() || silence.isNegative()) {
            throw new IllegalArgumentException("silence must be positive: " + silence);
        }
    }

    public WatchSettings withSilence(Duration silence) {
        return new WatchSettings(silence, resync, node);
    }

    public WatchSettings withResync(boolean resync) {
        return new WatchSettings(silence, resync, node);
    }

    public WatchSettings withNode(@Nullable String node) {
        return new WatchSettings(silence, resync, node);
    }
}
