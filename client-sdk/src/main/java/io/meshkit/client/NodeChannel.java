package io.meshkit.client;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.AutoTransport.Scheduler;
import io.meshkit.client.Failures.Failure;
import io.meshkit.client.NodeTransport.Lane;
import io.omnirelay.transport.TlsSource;
import io.omnirelay.transport.client.SharedTls;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One node with its channels and what the last attempts said about it. Thread-safe. */
final class NodeChannel {
    /** How long an unreachable node is passed over while others are left. */
    private static final long AVOID_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Lanes lanes;
    private final TransportCounts counts;
    private final NodeTransport transport;
    private final Redial redial;
    private final LongSupplier nanoTime;
    private volatile long avoidUntilNanos;
    private volatile boolean avoided;

    NodeChannel(Lanes lanes, TransportCounts counts, NodeTransport transport, CallContext context) {
        this.lanes = lanes;
        this.counts = counts;
        this.transport = transport;
        this.nanoTime = context::nanoTime;
        this.redial = new Redial(
                nanoTime,
                context.retryPolicy()::backoffNanos,
                context::later,
                () -> context.turns().serve(this));
    }

    /**
     * Makes the channel of the preferred transport; connects with the first call.
     *
     * @throws IllegalArgumentException      if the TLS material does not hold
     * @throws RegistryException             INVALID_REQUEST if the mode needs a port that is not known
     * @throws UnsupportedOperationException if the mode allows HTTP/3 only, and this machine cannot
     */
    static NodeChannel open(
            Endpoint endpoint,
            SharedTls tls,
            TransportMode mode,
            boolean sessions,
            DowngradeLog log,
            CallContext context) {
        Lanes lanes = new Lanes(endpoint, tls, sessions ? context::headers : null);
        TransportCounts counts = new TransportCounts();
        NodeTransport transport = switch (mode) {
            case AUTO -> auto(lanes, counts, log, context::later);
            case HTTP3 -> new FixedTransport(lanes, TransportKind.HTTP3, null);
            case HTTP2 -> new FixedTransport(lanes, TransportKind.HTTP2, null);
            case GRPC -> new FixedTransport(lanes, TransportKind.GRPC, null);
        };
        return new NodeChannel(lanes, counts, transport, context);
    }

    private static NodeTransport auto(Lanes lanes, TransportCounts counts, DowngradeLog log, Scheduler scheduler) {
        if (lanes.endpoint().httpsPort() == 0) {
            return without(lanes, counts, log, TransportKind.GRPC, DowngradeReason.POLICY, "no HTTPS port is known");
        }
        try {
            return new AutoTransport(lanes, counts, log, scheduler);
        } catch (UnsupportedOperationException e) {
            return without(
                    lanes,
                    counts,
                    log,
                    TransportKind.HTTP2,
                    DowngradeReason.UNAVAILABLE,
                    String.valueOf(e.getMessage()));
        }
    }

    private static NodeTransport without(
            Lanes lanes,
            TransportCounts counts,
            DowngradeLog log,
            TransportKind kind,
            DowngradeReason reason,
            String detail) {
        DowngradeEvent event =
                new DowngradeEvent(lanes.endpoint().node(), TransportKind.HTTP3, kind, reason, detail, Instant.now());
        NodeTransport transport = new FixedTransport(lanes, kind, event);
        counts.downgraded(reason);
        log.add(event);
        return transport;
    }

    /**
     * Reads the TLS files.
     *
     * @return reads them again for each connection
     * @throws RegistryException INVALID_REQUEST if one cannot be read
     */
    static TlsSource tls(Security security) {
        try {
            return new TlsFilesAgain(security);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** What a caller is told about TLS files that do not hold. */
    static RegistryException unusable(Exception cause) {
        return RegistryException.of(
                ErrorCode.INVALID_REQUEST,
                "cannot use the TLS files: " + cause,
                "Check ca, certificate and key: PEM, and the key unencrypted PKCS #8.",
                cause);
    }

    Endpoint endpoint() {
        return lanes.endpoint();
    }

    String node() {
        return endpoint().node();
    }

    /** Begins an attempt; null while the node is away and none is permitted. */
    @Nullable
    Turn enter() {
        long attempt = redial.enter();
        return attempt < 0 ? null : new Turn(this, attempt);
    }

    /** Whether an attempt is permitted now. */
    boolean isOpen() {
        return redial.isOpen();
    }

    /** How long until an attempt is permitted; 0 if that depends on the one under way. */
    long heldNanos() {
        return redial.heldNanos();
    }

    /** Why the node is away; null if nothing says that it is. */
    @Nullable
    Failure away() {
        return redial.why();
    }

    void choose(Consumer<Lane> then) {
        if (redial.why() != null) {
            lanes.resetBackoff();
        }
        transport.choose(lane -> {
            counts.called(lane.kind());
            then.accept(lane);
        });
    }

    void connected(long attempt) {
        redial.connected(attempt);
    }

    void failed(long attempt, Lane lane, Failure failure) {
        avoidUntilNanos = nanoTime.getAsLong() + AVOID_NANOS;
        avoided = true;
        transport.failed(lane, failure.connected());
        if (failure.connected()) {
            redial.connected(attempt);
        } else {
            lanes.resetBackoff();
            redial.missed(attempt, failure);
        }
    }

    void answered(Lane lane) {
        avoided = false;
        transport.answered(lane);
        redial.reached();
    }

    void ended(long attempt) {
        redial.left(attempt);
    }

    boolean isAvoided() {
        return avoided && avoidUntilNanos - nanoTime.getAsLong() > 0;
    }

    TransportStats.Node stats() {
        return transport.stats(counts);
    }

    void reconnect() {
        lanes.reconnect();
    }

    /** Ends all calls at once. */
    void close() {
        transport.close();
        lanes.close();
    }
}
