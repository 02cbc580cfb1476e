package io.meshkit.client;

import io.grpc.ConnectivityState;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.client.http3.Http3ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/3 first, HTTP/2 where that does not work.
 *
 * <p>While there is no HTTP/3 connection, attempts wait for one, but not for long: at most {@link #ANSWER_WITHIN}
 * from our first packet to the first of the server and {@link #DECIDE_WITHIN} in all. Then they go by HTTP/2, while
 * the connecting goes on behind them; when it succeeds, then or in a later probe, the node is back on HTTP/3. Probes come after
 * {@link #PROBE_MIN}, then twice as long each time up to {@link #PROBE_MAX}, and only while calls are made.
 *
 * <p>A downgrade counts when the node has answered by HTTP/2. If it cannot be reached by that either, the node is
 * away, which says nothing about UDP: all is forgotten, and the next attempt tries HTTP/3 again. A certificate that
 * does not hold would not hold over TCP: the attempt fails by it.
 */
final class AutoTransport implements NodeTransport {
    static final Duration ANSWER_WITHIN = Duration.ofMillis(400);
    static final Duration DECIDE_WITHIN = Duration.ofMillis(900);
    /** Also where no packet went out: a name that is not resolved. */
    static final Duration WAIT_MAX = Duration.ofSeconds(3);

    static final Duration PROBE_MIN = Duration.ofMillis(500);
    static final Duration PROBE_MAX = Duration.ofSeconds(30);
    private static final long CHECK_NANOS = Duration.ofMillis(50).toNanos();

    private final Lanes lanes;
    private final Http3Channel http3;
    private final TransportCounts counts;
    private final DowngradeLog log;
    private final Scheduler scheduler;

    private final List<Consumer<Lane>> waiting = new ArrayList<>();
    private boolean connecting;
    /** Somebody waits, and {@link #check} looks after them. */
    private boolean checking;

    private long waitingSinceNanos;
    private @Nullable DowngradeEvent downgrade;
    /** The downgrade is in the log: HTTP/2 has proved to work. */
    private boolean logged;

    private long probePauseNanos = PROBE_MIN.toNanos();
    private boolean probeScheduled;
    private boolean usedSinceProbe;
    private TransportStats.@Nullable Probe lastProbe;
    private boolean closed;

    /** Runs a task after a pause; false if the client is closed. */
    @FunctionalInterface
    interface Scheduler {
        boolean later(Runnable task, long delayNanos);
    }

    /** @throws RuntimeException as {@link Lanes#channel} */
    AutoTransport(Lanes lanes, TransportCounts counts, DowngradeLog log, Scheduler scheduler) {
        this.lanes = lanes;
        this.http3 = lanes.http3();
        this.counts = counts;
        this.log = log;
        this.scheduler = scheduler;
    }

    @Override
    public void choose(Consumer<Lane> then) {
        boolean start = false;
        boolean check = false;
        Lane lane = null;
        synchronized (this) {
            usedSinceProbe = true;
            if (downgrade != null) {
                lane = fallback(downgrade);
                scheduleProbe();
            } else if (closed || http3.getState(false) == ConnectivityState.READY) {
                lane = preferred();
            } else {
                waiting.add(then);
                start = !connecting;
                check = !checking;
                connecting = true;
                if (check) {
                    checking = true;
                    waitingSinceNanos = System.nanoTime();
                }
            }
        }
        if (lane != null) {
            then.accept(lane);
            return;
        }
        if (start) {
            connect();
        }
        if (check) {
            scheduler.later(this::check, CHECK_NANOS);
        }
    }

    private Lane preferred() {
        return new Lane(TransportKind.HTTP3, lanes.calls(TransportKind.HTTP3), null);
    }

    private Lane fallback(DowngradeEvent event) {
        return new Lane(event.to(), lanes.calls(event.to()), event);
    }

    private void connect() {
        http3.connect().whenComplete((connected, failure) -> {
            if (failure == null) {
                connected();
            } else {
                connectFailed(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
    }

    private void connected() {
        synchronized (this) {
            connecting = false;
            lastProbe = new TransportStats.Probe(Instant.now(), true, "");
            probePauseNanos = PROBE_MIN.toNanos();
            if (downgrade != null) {
                downgrade = null;
                counts.upgraded();
            }
        }
        release();
    }

    private void connectFailed(@Nullable Throwable failure) {
        String detail = failure == null ? "" : String.valueOf(failure.getMessage());
        Http3ConnectException.Kind kind =
                failure instanceof Http3ConnectException known ? known.kind() : Http3ConnectException.Kind.OTHER;
        DowngradeReason reason = reason(kind);
        synchronized (this) {
            connecting = false;
            lastProbe = new TransportStats.Probe(Instant.now(), false, detail);
            if (downgrade == null && reason != null) {
                downgrade(reason, detail);
            }
            if (downgrade != null) {
                scheduleProbe();
            }
        }
        release();
    }

    /** Null: HTTP/2 would not help. */
    private static @Nullable DowngradeReason reason(Http3ConnectException.Kind kind) {
        return switch (kind) {
            case NO_ANSWER -> DowngradeReason.QUIC_BLOCKED;
            case TIMEOUT -> DowngradeReason.TIMEOUT;
            case REFUSED -> DowngradeReason.REFUSED;
            case ALPN -> DowngradeReason.ALPN;
            case TLS -> DowngradeReason.TLS;
            case OTHER -> DowngradeReason.FAILED;
            case UNTRUSTED, UNKNOWN_HOST -> null;
        };
    }

    /** Ends the wait of attempts whose time is over; the connecting goes on. */
    private void check() {
        synchronized (this) {
            if (!connecting || downgrade != null || closed) {
                checking = false;
                return;
            }
            boolean answered = http3.isAnswered();
            // Since the first packet: before it, this machine is slow and not the network.
            Duration waited = http3.waited();
            if (!answered && waited.compareTo(ANSWER_WITHIN) >= 0) {
                downgrade(
                        DowngradeReason.QUIC_BLOCKED,
                        "no answer to QUIC packets within " + ANSWER_WITHIN.toMillis() + " ms");
            } else if (waited.compareTo(DECIDE_WITHIN) >= 0
                    || System.nanoTime() - waitingSinceNanos >= WAIT_MAX.toNanos()) {
                downgrade(
                        DowngradeReason.TIMEOUT,
                        "no QUIC connection within " + Math.max(waited.toMillis(), DECIDE_WITHIN.toMillis()) + " ms"
                                + (answered ? ", although the server answers" : ""));
            } else {
                scheduler.later(this::check, CHECK_NANOS);
                return;
            }
            checking = false;
        }
        release();
    }

    private void downgrade(DowngradeReason reason, String detail) {
        downgrade = new DowngradeEvent(
                lanes.endpoint().node(), TransportKind.HTTP3, TransportKind.HTTP2, reason, detail, Instant.now());
        logged = false;
    }

    private void release() {
        List<Consumer<Lane>> released;
        Lane lane;
        synchronized (this) {
            released = List.copyOf(waiting);
            waiting.clear();
            lane = downgrade == null ? preferred() : fallback(downgrade);
        }
        released.forEach(then -> then.accept(lane));
    }

    private void scheduleProbe() {
        if (probeScheduled || connecting || closed) {
            return;
        }
        probeScheduled = scheduler.later(this::probe, probePauseNanos);
        probePauseNanos = Math.min(PROBE_MAX.toNanos(), 2 * probePauseNanos);
    }

    private void probe() {
        synchronized (this) {
            probeScheduled = false;
            // Without calls nobody gains by it; the next one schedules it anew.
            if (downgrade == null || connecting || closed || !usedSinceProbe) {
                return;
            }
            usedSinceProbe = false;
            connecting = true;
        }
        connect();
    }

    @Override
    public void answered(Lane lane) {
        DowngradeEvent event = lane.downgrade();
        synchronized (this) {
            if (event == null || !event.equals(downgrade) || logged) {
                return;
            }
            logged = true;
            counts.downgraded(event.reason());
        }
        log.add(event);
    }

    @Override
    public synchronized void failed(Lane lane, boolean connected) {
        DowngradeEvent event = lane.downgrade();
        if (!connected && event != null && event.equals(downgrade)) {
            downgrade = null;
            probePauseNanos = PROBE_MIN.toNanos();
        }
    }

    @Override
    public synchronized TransportStats.Node stats(TransportCounts counted) {
        TransportKind current = downgrade != null ? downgrade.to() : lastProbe != null ? TransportKind.HTTP3 : null;
        return new TransportStats.Node(
                lanes.endpoint().node(),
                current,
                downgrade,
                counted.calls(),
                counted.downgrades(),
                counted.upgrades(),
                lastProbe);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        release();
    }
}
