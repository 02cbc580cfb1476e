package io.meshkit.server.observe;

import com.codahale.metrics.MetricRegistry;
import io.grpc.Status;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.TransportEvents;
import java.net.SocketAddress;

/** Counts what the transport reports: connections, and requests by method, status and transport. */
public final class TransportMetrics implements TransportEvents {
    private final MetricRegistry registry;

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
    public void connectionRefused(SocketAddress remote, String reason) {
        registry.counter("omnirelay_connections_refused_total").inc();
    }

    @Override
    public void requestFinished(RequestSummary summary) {
        String method = "method=\"" + label(summary.method()) + "\"";
        String transport = "transport=\"" + summary.transport().transportName() + "\",encoding=\""
                + summary.transport().encoding().label() + "\"";
        String code = "code=\"" + Status.fromCodeValue(summary.grpcStatus()).getCode() + "\"";
        registry.counter("omnirelay_requests_total{" + method + "," + code + "," + transport + "}")
                .inc();
        registry.counter("omnirelay_request_bytes_total{" + method + "}").inc(summary.requestBytes());
        registry.counter("omnirelay_response_bytes_total{" + method + "}").inc(summary.responseBytes());
    }

    /** The transport promises a bounded set; quotes would still break the format. */
    private static String label(String method) {
        return method.replaceAll("[^A-Za-z0-9._/:-]", "_");
    }
}
