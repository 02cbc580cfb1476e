package io.meshkit.server.jwt;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's keys, fetched again at intervals, and sooner when a token names a key that is not among them: but then
 * at most every {@link #ASK_PAUSE_MS}, whoever sends such tokens.
 *
 * <p>While they cannot be had, those that were had last count on, for a bounded time. Thread: any number; fetches on
 * its own.
 */
public final class JwtKeys implements AutoCloseable {
    /** Between two fetches that tokens have asked for. */
    static final long ASK_PAUSE_MS = 10_000;
    /** After a fetch that failed. */
    static final long FAILED_PAUSE_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(JwtKeys.class);

    private final Source source;
    private final Limits limits;
    private final Counter fetched;
    private final Counter failed;
    private final Thread thread;
    private volatile List<JWK> keys = List.of();
    private volatile long fetchedNanos;
    private volatile long startedNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(ASK_PAUSE_MS);
    private volatile boolean closed;
    private @Nullable CompletableFuture<Void> asked;

    /** Where the keys come from. */
    @FunctionalInterface
    public interface Source {
        /** @return public keys that can verify, at least one */
        List<JWK> fetch() throws IOException, InterruptedException;
    }

    /**
     * @param refreshIntervalMs between two fetches
     * @param staleMaxMs        how long the last keys count while no others can be had; 0: until the node stops
     */
    public record Limits(long refreshIntervalMs, long staleMaxMs) {}

    public JwtKeys(Source source, Limits limits, MetricRegistry metrics) {
        this.source = source;
        this.limits = limits;
        this.fetched = metrics.counter("meshkit_jwt_keys_fetched_total{result=\"ok\"}");
        this.failed = metrics.counter("meshkit_jwt_keys_fetched_total{result=\"failed\"}");
        metrics.gauge("meshkit_jwt_keys", () -> (Gauge<Integer>) () -> current().size());
        metrics.gauge(
                "meshkit_jwt_keys_age_seconds", () -> (Gauge<Long>) () -> TimeUnit.NANOSECONDS.toSeconds(ageNanos()));
        this.thread = Thread.ofPlatform().name("jwt-keys").daemon().unstarted(this::run);
    }

    /**
     * Fetches now, and then at intervals.
     *
     * @param require whether there must be keys at once
     * @throws IOException if there are none and there must be
     */
    public JwtKeys start(boolean require) throws IOException, InterruptedException {
        if (require) {
            fetch();
        }
        thread.start();
        return this;
    }

    /** The keys that count now: the same list while they are the same. */
    List<JWK> current() {
        return limits.staleMaxMs() > 0 && ageNanos() > TimeUnit.MILLISECONDS.toNanos(limits.staleMaxMs())
                ? List.of()
                : keys;
    }

    private long ageNanos() {
        return keys.isEmpty() ? 0 : System.nanoTime() - fetchedNanos;
    }

    /** Asks for a fetch, because a key was not found. Never waits. */
    synchronized void ask() {
        boolean early = System.nanoTime() - startedNanos < TimeUnit.MILLISECONDS.toNanos(ASK_PAUSE_MS);
        if (asked == null && !early) {
            asked = new CompletableFuture<>();
            notifyAll();
        }
    }

    /** Waits for the fetch that was asked for. @return whether there was one, and it has ended within the time */
    public boolean awaitAsked(long ms) {
        CompletableFuture<Void> waitFor;
        synchronized (this) {
            waitFor = asked;
        }
        if (waitFor == null) {
            return false;
        }
        try {
            waitFor.get(ms, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private void run() {
        try {
            boolean ok = keys.isEmpty() ? attempt() : true;
            while (!closed) {
                awaitTurn(ok ? limits.refreshIntervalMs() : Math.min(FAILED_PAUSE_MS, limits.refreshIntervalMs()));
                ok = attempt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private synchronized void awaitTurn(long ms) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long left = ms; asked == null && left > 0; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
    }

    private boolean attempt() throws InterruptedException {
        try {
            fetch();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "the keys of the JWT issuer cannot be had, {} old ones count on: {}",
                    current().size(),
                    e.toString());
            return false;
        } finally {
            synchronized (this) {
                if (asked != null) {
                    asked.complete(null);
                    asked = null;
                }
            }
        }
    }

    private void fetch() throws IOException, InterruptedException {
        startedNanos = System.nanoTime();
        List<JWK> now;
        try {
            now = List.copyOf(source.fetch());
        } catch (IOException | RuntimeException e) {
            failed.inc();
            throw e;
        }
        fetchedNanos = startedNanos;
        if (!now.equals(keys)) {
            keys = now;
            LOG.info("the JWT issuer has {} keys", now.size());
        }
        fetched.inc();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(5));
    }
}
