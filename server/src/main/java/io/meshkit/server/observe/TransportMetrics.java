package io.meshkit.server.observe;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.grpc.Status;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.Refusal;
import io.omnirelay.transport.TransportEvents;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the transport reports: connections, and requests by method, status and transport. */
public final class TransportMetrics implements TransportEvents {
    private static final Logger LOG = LoggerFactory.getLogger(TransportMetrics.class);

    private final MetricRegistry registry;
    private final AtomicLong lastLoggedSecond = new AtomicLong(-1);
    private final ConcurrentHashMap<Kind, Counters> byKind = new ConcurrentHashMap<>();

    private record Kind(String method, NegotiatedTransport transport, int grpcStatus) {}

    private record Counters(Counter requests, Counter requestBytes, Counter responseBytes) {}

    public TransportMetrics(MetricRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void connectionOpened(Protocol protocol, SocketAddress remote) {
        registry.counter("omnirelay_connections_opened_total{protocol=\"" + protocol.label() + "\"}")
                .inc();
    }

    @Override
    public void connectionClosed(Protocol protocol, SocketAddress remote) {
        registry.counter("omnirelay_connections_closed_total{protocol=\"" + protocol.label() + "\"}")
                .inc();
    }

    @Override
    public void connectionRefused(SocketAddress remote, Refusal reason, String detail) {
        registry.counter("omnirelay_connections_refused_total{reason=\"" + reason.label() + "\"}")
                .inc();
        long second = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (lastLoggedSecond.getAndSet(second) != second) {
            // At most one a second: a flood of them must not fill the disk. The counter knows them all.
            LOG.warn("refused a connection from {}: {}: {}", remote, reason.label(), detail);
        }
    }

    @Override
    public void requestFinished(RequestSummary summary) {
        Counters counted = byKind.computeIfAbsent(
                new Kind(summary.method(), summary.transport(), summary.grpcStatus()), this::counters);
        counted.requests().inc();
        counted.requestBytes().inc(summary.requestBytes());
        counted.responseBytes().inc(summary.responseBytes());
    }

    private Counters counters(Kind kind) {
        // The transport promises a bounded set of methods; quotes would still break the format.
        String method = "method=\"" + kind.method().replaceAll("[^A-Za-z0-9._/:-]", "_") + "\"";
        String labels = method + ",code=\""
                + Status.fromCodeValue(kind.grpcStatus()).getCode() + "\",transport=\""
                + kind.transport().transportName() + "\",encoding=\""
                + kind.transport().encoding().label() + "\"";
        return new Counters(
                registry.counter("omnirelay_requests_total{" + labels + "}"),
                registry.counter("omnirelay_request_bytes_total{" + method + "}"),
                registry.counter("omnirelay_response_bytes_total{" + method + "}"));
    }
}
