package io.meshkit.server.policy;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.util.Timestamps;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.server.verbs.TransportQuestions;
import io.meshkit.v1.DowngradeCount;
import io.meshkit.v1.DowngradeEvent;
import io.meshkit.v1.GetTransportStatsResponse;
import io.meshkit.v1.ListDowngradeEventsRequest;
import io.meshkit.v1.ListDowngradeEventsResponse;
import io.meshkit.v1.NegotiatedCalls;
import io.meshkit.v1.OpenCalls;
import io.meshkit.v1.TransportConnections;
import io.meshkit.v1.TransportException;
import io.meshkit.v1.TransportPolicyStatus;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import io.omnirelay.transport.policy.DowngradeLog;
import io.omnirelay.transport.policy.Evaluation;
import io.omnirelay.transport.policy.Finding.Severity;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Answers what a node tells of its transport. Thread: any number. */
public final class TransportReports implements TransportQuestions {
    private static final int EVENTS_DEFAULT = 100;

    private final String node;
    private final MetricRegistry registry;
    private final PolicyMetrics metrics;
    private final LivePolicy live;
    private final DowngradeLog log;

    public TransportReports(
            String node, MetricRegistry registry, PolicyMetrics metrics, LivePolicy live, DowngradeLog log) {
        this.node = node;
        this.registry = registry;
        this.metrics = metrics;
        this.live = live;
        this.log = log;
    }

    @Override
    public GetTransportStatsResponse stats() {
        GetTransportStatsResponse.Builder stats = GetTransportStatsResponse.newBuilder()
                .setNode(node)
                .setTime(Timestamps.fromMillis(System.currentTimeMillis()))
                .addAllConnections(connections())
                .setPolicy(policy());
        long calls = 0;
        for (NegotiatedCalls negotiated : negotiated()) {
            stats.addNegotiated(negotiated);
            calls += negotiated.getCalls();
        }
        long downgraded = 0;
        for (var entry : new TreeMap<>(metrics.downgrades()).entrySet()) {
            long count = entry.getValue().getCount();
            downgraded += count;
            stats.addDowngrades(
                    DowngradeCount.newBuilder().setReason(entry.getKey()).setCalls(count));
        }
        new TreeMap<>(metrics.open())
                .forEach((transport, open) -> stats.addOpenCalls(
                        OpenCalls.newBuilder().setTransport(transport).setOpen(open.getCount())));
        return stats.setDowngradeRatio(calls == 0 ? 0 : (double) downgraded / calls)
                .build();
    }

    private List<NegotiatedCalls> negotiated() {
        List<NegotiatedCalls> all = new ArrayList<>();
        metrics.calls()
                .forEach((called, counters) -> all.add(NegotiatedCalls.newBuilder()
                        .setEndpoint(called.endpoint())
                        .setTransport(called.way().transport().label())
                        .setEncoding(called.way().encoding().label())
                        .setCalls(counters.calls().getCount())
                        .setRefused(counters.refused().getCount())
                        .build()));
        all.sort(Comparator.comparing(NegotiatedCalls::getEndpoint)
                .thenComparing(NegotiatedCalls::getTransport)
                .thenComparing(NegotiatedCalls::getEncoding));
        return all;
    }

    private List<TransportConnections> connections() {
        List<TransportConnections> all = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            long opened = count("omnirelay_connections_opened_total", protocol);
            // Opened is read first: what closes in between must not make it negative.
            long closed = Math.min(opened, count("omnirelay_connections_closed_total", protocol));
            all.add(TransportConnections.newBuilder()
                    .setProtocol(protocol.label())
                    .setOpened(opened)
                    .setOpen(opened - closed)
                    .build());
        }
        return all;
    }

    private long count(String name, Protocol protocol) {
        Counter counter = registry.getCounters().get(name + "{protocol=\"" + protocol.label() + "\"}");
        return counter == null ? 0 : counter.getCount();
    }

    private TransportPolicyStatus policy() {
        TransportPolicyStatus.Builder status =
                TransportPolicyStatus.newBuilder().setLiveDocument(live.state());
        Evaluation evaluation = metrics.evaluation();
        if (evaluation == null) {
            return status.build();
        }
        evaluation
                .exceptions()
                .forEach(exception -> status.addExceptions(TransportException.newBuilder()
                        .setTarget(exception.target())
                        .setApprovedBy(exception.approvedBy())
                        .setExpires(Timestamps.fromMillis(OffsetDateTime.parse(exception.expires())
                                .toInstant()
                                .toEpochMilli()))
                        .setDaysToExpiry(Math.floorDiv(
                                OffsetDateTime.parse(exception.expires())
                                                .toInstant()
                                                .toEpochMilli()
                                        - System.currentTimeMillis(),
                                86_400_000L))));
        return status.setEndpoints(evaluation.endpoints().size())
                .setViolations(evaluation.violations().size())
                .setWarnings(evaluation.count(Severity.WARNING))
                .setDowngradeRatio(evaluation.downgradeRatio())
                .build();
    }

    @Override
    public ListDowngradeEventsResponse events(ListDowngradeEventsRequest request) {
        if (request.getAfter() < 0 || request.getLimit() < 0 || request.getLimit() > DowngradeLog.EVENTS_MAX) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "after must be ≥ 0 and limit within 0 and " + DowngradeLog.EVENTS_MAX,
                    "leave them out for the first 100 events");
        }
        ListDowngradeEventsResponse.Builder response =
                ListDowngradeEventsResponse.newBuilder().setNode(node).setLastId(request.getAfter());
        for (DowngradeLog.Event event :
                log.after(request.getAfter(), request.getLimit() == 0 ? EVENTS_DEFAULT : request.getLimit())) {
            response.addEvents(event(event)).setLastId(event.id());
        }
        return response.build();
    }

    private static DowngradeEvent event(DowngradeLog.Event event) {
        return DowngradeEvent.newBuilder()
                .setId(event.id())
                .setTime(Timestamps.fromMillis(event.timeMs()))
                .setEndpoint(event.endpoint())
                .setTransport(event.way().transport().label())
                .setEncoding(event.way().encoding().label())
                .setReason(event.reason())
                .setRefused(event.refused())
                .setRemote(event.remote())
                .setCalls(event.calls())
                .build();
    }
}
