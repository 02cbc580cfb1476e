package io.meshkit.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.domain.Commands;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.PeerServiceGrpc;
import io.omnirelay.transport.policy.DowngradeLog;
import io.omnirelay.transport.policy.Evaluation.EndpointResult;
import io.omnirelay.transport.policy.PolicyDocument;
import io.omnirelay.transport.policy.PolicyDocument.Narrowing;
import io.omnirelay.transport.policy.PolicyGate;
import io.omnirelay.transport.policy.Way;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The host's policy and the registry's document together. */
class LivePolicyTest {
    private static final long NOW = Instant.parse("2026-06-01T00:00:00Z").toEpochMilli();
    private static final PolicyDocument NO_JSON = new PolicyDocument(
            List.of(new Narrowing("control-plane", List.of(), List.of("protobuf"))), List.of(), List.of());

    private final MetricRegistry registry = new MetricRegistry();
    private final PolicyMetrics metrics = new PolicyMetrics(registry, () -> NOW);
    private final FakeReplica replica = new FakeReplica();
    private int requests;

    private LivePolicy live(PolicyDocument host, boolean live) {
        PolicyGate gate = new PolicyGate(
                HostPolicy.evaluate(host, true, Instant.ofEpochMilli(NOW)).policy(),
                metrics,
                new DowngradeLog(() -> NOW),
                () -> NOW);
        LivePolicy policy =
                new LivePolicy(new ServerConfig.Policy(live, host), true, gate, metrics, Runnable::run, () -> NOW);
        policy.attach(replica);
        return policy;
    }

    private void apply(com.google.protobuf.Message request) {
        requests++;
        assertThat(replica.apply(Commands.withRequestId(Commands.wrap(request, "alice"), "r" + requests))
                        .hasRejection())
                .isFalse();
    }

    private void patch(String json) {
        apply(PatchConfigRequest.newBuilder()
                .setName(PolicyRule.DOCUMENT)
                .setPatch(PolicyRuleTest.struct(json))
                .build());
    }

    private List<String> allowed() {
        return Objects.requireNonNull(metrics.evaluation()).endpoints().stream()
                .filter(endpoint -> endpoint.name().equals(PeerServiceGrpc.SERVICE_NAME))
                .map(EndpointResult::allowed)
                .flatMap(List::stream)
                .map(Way::toString)
                .toList();
    }

    @Test
    void document_changedAndDeleted_isInForceWithTheHosts() {
        LivePolicy live = live(NO_JSON, true);
        assertThat(live.state()).isEqualTo("none");
        assertThat(allowed()).contains("http2+protobuf").doesNotContain("http2+json");

        patch("{'categories':[{'name':'control-plane','transports':['grpc','http3']}]}");
        live.replaced(1);
        assertThat(live.state()).isEqualTo("in-force");
        assertThat(allowed()).containsExactly("http3+protobuf", "grpc+protobuf");

        apply(DeleteConfigRequest.newBuilder().setName(PolicyRule.DOCUMENT).build());
        live.replaced(2);
        assertThat(live.state()).isEqualTo("none");
        assertThat(allowed()).contains("http2+protobuf").doesNotContain("http2+json");
    }

    @Test
    void document_thatDoesNotFitThisNode_isIgnored() {
        LivePolicy live = live(NO_JSON, true);
        patch("{'endpoints':[{'name':'meshkit.v1.PeerService','encodings':['json']}]}");
        live.replaced(1);

        assertThat(live.state()).isEqualTo("ignored");
        assertThat(allowed()).contains("http2+protobuf");
        assertThat(registry.counter("omnirelay_policy_live_ignored_total").getCount())
                .isEqualTo(1);
    }

    @Test
    void document_namingAnEndpointOfAnotherVersion_isInForceWithAWarning() {
        LivePolicy live = live(PolicyDocument.EMPTY, true);
        patch("{'endpoints':[{'name':'meshkit.v9.NewService','encodings':['json']}]}");
        live.replaced(1);

        assertThat(live.state()).isEqualTo("in-force");
        assertThat(Objects.requireNonNull(metrics.evaluation()).all())
                .anyMatch(finding -> finding.rule().equals("unknown-endpoint"));
    }

    @Test
    void exception_endedSinceItWasAccepted_allowsNoMoreAndBlocksNothing() {
        LivePolicy live = live(PolicyDocument.EMPTY, true);
        patch("{'exceptions':[{'category':'control-plane','encodings':['raw'],'approvedBy':'ada','reason':'r',"
                + "'expires':'2026-05-01T00:00:00Z'}]}");
        live.replaced(1);

        assertThat(live.state()).isEqualTo("in-force");
        assertThat(allowed()).doesNotContain("http2+raw");
    }

    @Test
    void document_whenSwitchedOff_isTheWayOutOfALockOut() {
        LivePolicy live = live(PolicyDocument.EMPTY, false);
        patch("{'categories':[{'name':'control-plane','transports':['http3']}]}");
        live.replaced(1);

        assertThat(live.state()).isEqualTo("switched-off");
        assertThat(allowed()).contains("grpc+protobuf");
    }
}
