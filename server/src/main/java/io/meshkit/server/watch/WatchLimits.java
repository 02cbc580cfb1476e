package io.meshkit.server.watch;

import io.meshkit.server.config.ServerConfig;
import java.time.Duration;

/**
 * What watches may take of a node.
 *
 * @param watchersMax        watches at one time; beyond it OVERLOADED; ≥ 1
 * @param bufferRevisionsMax newest revisions that are kept in memory for all watchers; who is further behind reads
 *                           the journal; ≥ 1
 * @param bufferBytesMax     the same in bytes of journal; the newest revision is always kept; ≥ 1
 * @param catchUpsMax        watchers that read the store at one time; ≥ 1
 * @param bookmarkInterval   longest silence of a stream; > 0
 */
public record WatchLimits(
        int watchersMax, int bufferRevisionsMax, long bufferBytesMax, int catchUpsMax, Duration bookmarkInterval) {
    public static final WatchLimits DEFAULTS = new WatchLimits(10_000, 4_096, 32 << 20, 4, Duration.ofSeconds(10));

    public static WatchLimits of(ServerConfig.Watch config) {
        return new WatchLimits(
                config.watchersMax(),
                config.bufferRevisionsMax(),
                config.bufferBytesMax(),
                config.catchUpsMax(),
                Duration.ofMillis(config.bookmarkIntervalMs()));
    }

    public WatchLimits {
        require(watchersMax >= 1, "watchersMax");
        require(bufferRevisionsMax >= 1, "bufferRevisionsMax");
        require(bufferBytesMax >= 1, "bufferBytesMax");
        require(catchUpsMax >= 1, "catchUpsMax");
        require(bookmarkInterval.isPositive(), "bookmarkInterval");
    }

    private static void require(boolean holds, String name) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of range");
        }
    }
}
