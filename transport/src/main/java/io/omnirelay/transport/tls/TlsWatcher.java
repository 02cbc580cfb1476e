package io.omnirelay.transport.tls;

import io.omnirelay.transport.ServerTls;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Puts changed PEM files to use without a restart.
 *
 * <p>It compares contents, not times or file events, so a file that is renamed into place, a symbolic link that is
 * swapped, and a file system without events all work. A change is taken when two looks in a row have found the same:
 * by then certificate and key, which cannot be replaced in one step, belong together. What does not hold is refused,
 * said as an error once per content, and leaves what was in use.
 *
 * <p>Thread: any.
 */
public final class TlsWatcher implements AutoCloseable {
    private final InstantSource clock;
    private final List<WatchedTls> watched = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tls-watcher");
        thread.setDaemon(true);
        return thread;
    });

    /** @param clock for validity */
    public TlsWatcher(InstantSource clock) {
        this.clock = clock;
    }

    /** Puts certificates to use for new connections. */
    @FunctionalInterface
    public interface Target {
        /** @throws IllegalArgumentException if they do not hold; then nothing has changed */
        void use(ServerTls tls);
    }

    /**
     * Watches a set of files, which are read and used now.
     *
     * @param underTheirOwnCa as in {@link CertificateChecks#problems}
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the target refuses them; an expired certificate is only complained of
     */
    public WatchedTls watch(String name, TlsFiles files, boolean underTheirOwnCa, Target target) throws IOException {
        WatchedTls added = new WatchedTls(name, files, underTheirOwnCa, target, clock);
        watched.add(added);
        return added;
    }

    /** Looks from now on. @param every pause between two looks, > 0 */
    public void start(Duration every) {
        var unused = timer.scheduleWithFixedDelay(
                () -> watched.forEach(WatchedTls::look), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Reads all files now and uses what has changed. */
    public List<WatchedTls.Status> reload() {
        watched.forEach(WatchedTls::reload);
        return status();
    }

    public List<WatchedTls.Status> status() {
        return watched.stream().map(WatchedTls::status).toList();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
