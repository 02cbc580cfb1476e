package io.meshkit.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.server.observe.PrometheusText;
import io.meshkit.v1.PeerServiceGrpc;
import io.omnirelay.transport.DowngradeHeader;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.policy.PolicyDocument;
import io.omnirelay.transport.policy.PolicyDocument.Deviation;
import io.omnirelay.transport.policy.TransportKind;
import io.omnirelay.transport.policy.TransportPolicy.Verdict;
import io.omnirelay.transport.policy.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PolicyMetricsTest {
    private static final Way REST = new Way(TransportKind.HTTP2, Encoding.JSON);
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final MetricRegistry registry = new MetricRegistry();
    private final AtomicLong now = new AtomicLong(NOW.toEpochMilli());
    private final PolicyMetrics metrics = new PolicyMetrics(registry, now::get);

    private String text() {
        return PrometheusText.of(registry, Map.of());
    }

    private static Deviation exception(String endpoint, String expires) {
        return new Deviation(endpoint, "", List.of("http2"), List.of("json"), "ada", "old tool", expires);
    }

    @Test
    void called_countsByKindAndReason() {
        metrics.called(PeerServiceGrpc.SERVICE_NAME, REST, Verdict.DOWNGRADE, DowngradeHeader.QUIC_BLOCKED);
        metrics.called(PeerServiceGrpc.SERVICE_NAME, REST, Verdict.FORBIDDEN, DowngradeHeader.UNDECLARED);

        String kind = "{endpoint=\"meshkit.v1.PeerService\",transport=\"http2\",encoding=\"json\"}";
        assertThat(text())
                .contains("omnirelay_negotiated_total" + kind + " 2\n")
                .contains("omnirelay_policy_refused_total" + kind + " 1\n")
                .contains("omnirelay_downgrades_total{reason=\"quic_blocked\"} 1\n")
                .contains("omnirelay_calls_open{transport=\"http2\"} 1\n");

        metrics.ended(REST);
        assertThat(text()).contains("omnirelay_calls_open{transport=\"http2\"} 0\n");
    }

    @Test
    void evaluated_showsWhatThePolicySaysAndDaysThatPass() {
        PolicyDocument document = new PolicyDocument(
                List.of(), List.of(), List.of(exception(PeerServiceGrpc.SERVICE_NAME, "2026-06-11T00:00:00Z")));
        metrics.evaluated(HostPolicy.evaluate(document, true, NOW).evaluation());

        String days = "omnirelay_policy_exception_days{target=\"meshkit.v1.PeerService\"} ";
        assertThat(text())
                .contains("omnirelay_policy_violations 0\n")
                .contains("omnirelay_policy_warnings 1\n")
                .contains("omnirelay_policy_exceptions 1\n")
                .contains("omnirelay_policy_evaluations_total 1\n")
                .contains(
                        "omnirelay_policy_endpoints " + PolicyEndpoints.of(true).size() + "\n")
                .contains(days + "10\n");
        now.addAndGet(86_400_000L * 11);
        assertThat(text()).contains(days + "-1\n");

        metrics.evaluated(HostPolicy.evaluate(PolicyDocument.EMPTY, true, NOW).evaluation());
        assertThat(text()).doesNotContain("omnirelay_policy_exception_days{");
    }

    @Test
    void series_whateverCallersAndDocumentsSay_areBounded() {
        List<Deviation> exceptions = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            exceptions.add(exception("invented-" + i, "2026-09-01T00:00:00Z"));
        }
        PolicyDocument document = new PolicyDocument(List.of(), List.of(), exceptions);
        metrics.evaluated(HostPolicy.evaluate(document, true, NOW).evaluation());
        for (int i = 0; i < 200; i++) {
            metrics.called(
                    PeerServiceGrpc.SERVICE_NAME, REST, Verdict.DOWNGRADE, DowngradeHeader.reason("invented-" + i));
        }

        assertThat(registry.getNames()).noneMatch(name -> name.contains("invented"));
        assertThat(registry.getNames())
                .filteredOn(name -> name.startsWith("omnirelay_policy_exception_days")
                        || name.startsWith("omnirelay_downgrades_total"))
                .containsExactlyInAnyOrder(
                        "omnirelay_policy_exception_days{target=\"unknown\"}",
                        "omnirelay_downgrades_total{reason=\"other\"}");
    }
}
