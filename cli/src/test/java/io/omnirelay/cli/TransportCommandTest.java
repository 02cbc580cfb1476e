package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of the transport, and the offline validation of its policy. */
class TransportCommandTest {
    private static final DowngradeEvent EVENT = DowngradeEvent.newBuilder()
            .setId(7)
            .setTime(Timestamp.newBuilder().setSeconds(1_780_000_000L))
            .setEndpoint("meshkit.v1.PeerService")
            .setTransport("http2")
            .setEncoding("json")
            .setReason("quic_blocked")
            .setRemote("10.0.0.7")
            .setCalls(3)
            .build();

    @TempDir
    Path directory;

    private Cli cli(FakeRegistry registry) {
        return new Cli(directory).with("OMNIRELAY_CONTEXT", registry.context().toString());
    }

    @Test
    void stats_showsWaysDowngradesAndPolicy() throws Exception {
        try (FakeRegistry registry = new FakeRegistry(directory)) {
            registry.on(
                    "GetTransportStats",
                    q -> GetTransportStatsResponse.newBuilder()
                            .setNode("node-2")
                            .addNegotiated(NegotiatedCalls.newBuilder()
                                    .setEndpoint("/metrics")
                                    .setTransport("http1")
                                    .setEncoding("raw")
                                    .setCalls(60))
                            .addNegotiated(NegotiatedCalls.newBuilder()
                                    .setEndpoint("meshkit.v1.PeerService")
                                    .setTransport("http2")
                                    .setEncoding("json")
                                    .setCalls(15)
                                    .setRefused(2))
                            .addConnections(TransportConnections.newBuilder()
                                    .setProtocol("http2")
                                    .setOpen(4)
                                    .setOpened(9))
                            .addOpenCalls(
                                    OpenCalls.newBuilder().setTransport("http2").setOpen(1))
                            .addDowngrades(DowngradeCount.newBuilder()
                                    .setReason("quic_blocked")
                                    .setCalls(12))
                            .addDowngrades(DowngradeCount.newBuilder()
                                    .setReason("undeclared")
                                    .setCalls(3))
                            .setDowngradeRatio(0.2)
                            .setPolicy(TransportPolicyStatus.newBuilder()
                                    .setEndpoints(14)
                                    .setWarnings(1)
                                    .setLiveDocument("in-force")
                                    .addExceptions(TransportException.newBuilder()
                                            .setTarget("meshkit.v1.PeerService")
                                            .setApprovedBy("ada")
                                            .setDaysToExpiry(9)))
                            .build());

            Goldens.check(
                    "transport-stats.txt",
                    cli(registry).run("mesh", "transport", "stats").out());
            Goldens.check(
                    "transport-stats.json",
                    cli(registry).run("mesh", "transport", "stats", "--json").out());
        }
    }

    @Test
    void downgradeEvents_listed_andWatchedFromTheLastOne() throws Exception {
        try (FakeRegistry registry = new FakeRegistry(directory)) {
            registry.on("ListDowngradeEvents", q -> {
                ListDowngradeEventsRequest request = (ListDowngradeEventsRequest) q;
                if (request.getAfter() == 7) {
                    throw RegistryException.of(ErrorCode.FORBIDDEN, "enough", "");
                }
                return ListDowngradeEventsResponse.newBuilder()
                        .addEvents(EVENT)
                        .setLastId(7)
                        .build();
            });

            Goldens.check(
                    "downgrade-events.txt",
                    cli(registry).run("mesh", "debug", "downgrade-events").out());
            Cli.Result watched = cli(registry).run("mesh", "debug", "downgrade-events", "--watch", "--json");

            assertThat(watched.exitCode()).isEqualTo(3);
            assertThat(watched.out().lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("\"id\":7").contains("\"reason\":\"quic_blocked\""));
        }
    }

    @Test
    void validate_defaults_areValid() {
        Cli.Result result = new Cli(directory).run("mesh", "config", "validate");

        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out())
                .contains("meshkit.v1.PeerService (control-plane)\n  allowed: http3+protobuf http3+json")
                .contains("\nvalid: ")
                .contains("downgrade ratio 0.");
    }

    @Test
    void validate_violations_areExitCode1_inTextAndJson() throws Exception {
        Path file = Files.writeString(
                directory.resolve("server.yaml"),
                "transport-policy: {categories: [{name: control-plane, transports: [http2]}]}\n");

        Cli.Result text = new Cli(directory).run("mesh", "config", "validate", "--config", file.toString());
        Cli.Result json = new Cli(directory)
                .run(
                        "mesh",
                        "config",
                        "validate",
                        "--set",
                        "transport-policy.categories[0].name=contol-plane",
                        "--format",
                        "json");

        assertThat(text.exitCode()).as(text.out()).isEqualTo(1);
        assertThat(text.out())
                .contains("error nothing-preferred control-plane: no preferred way is left\n"
                        + "  hint: leave one of http3+protobuf, grpc-h3+protobuf, grpc+protobuf\n")
                .contains("\nINVALID: ");
        assertThat(json.exitCode()).as(json.out()).isEqualTo(1);
        assertThat(json.out())
                .contains("\"valid\" : false")
                .contains("\"rule\" : \"unknown-category\"")
                .contains("\"hint\" : \"did you mean control-plane?\"");
    }

    @Test
    void validate_badFormat_isExitCode2() {
        assertThat(new Cli(directory)
                        .run("mesh", "config", "validate", "--format", "xml")
                        .exitCode())
                .isEqualTo(2);
    }
}
