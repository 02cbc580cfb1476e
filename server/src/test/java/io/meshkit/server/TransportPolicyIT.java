package io.meshkit.server;

import static io.meshkit.server.process.QuorumFiles.ADMIN_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.GetTransportStatsRequest;
import io.meshkit.v1.GetTransportStatsResponse;
import io.meshkit.v1.ListDowngradeEventsRequest;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.TransportServiceGrpc;
import io.omnirelay.transport.DowngradeHeader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node: what it counts, what it refuses, what it does not let into its configuration. */
class TransportPolicyIT {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 1, Map.of());
        rest = new Rest(quorum, "node-1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (rest != null) {
            rest.close();
        }
        if (quorum != null) {
            quorum.close();
        }
    }

    private static HttpResponse<String> admin(String method, String path, String body, String... headers)
            throws Exception {
        return rest.call(ADMIN_TOKEN, method, path, body.replace('\'', '"'), headers);
    }

    private static TransportServiceGrpc.TransportServiceBlockingStub transport() {
        return TestQuorum.as(ADMIN_TOKEN, TransportServiceGrpc.newBlockingStub(quorum.channel("node-1")));
    }

    private static GetTransportStatsResponse stats() {
        return transport().getTransportStats(GetTransportStatsRequest.getDefaultInstance());
    }

    private static long calls(String endpoint, String transport, String encoding) {
        return stats().getNegotiatedList().stream()
                .filter(one -> one.getEndpoint().equals(endpoint)
                        && one.getTransport().equals(transport)
                        && one.getEncoding().equals(encoding))
                .mapToLong(one -> one.getCalls())
                .sum();
    }

    private static long downgrades(String reason) {
        return stats().getDowngradesList().stream()
                .filter(one -> one.getReason().equals(reason))
                .mapToLong(one -> one.getCalls())
                .sum();
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void downgrades_declaredAndNot_showInStatsEventsAndMetrics() throws Exception {
        long before = calls("meshkit.v1.PeerService", "http2", "json");
        long undeclared = downgrades(DowngradeHeader.UNDECLARED);

        assertThat(admin("GET", "/meshkit/peers", "").statusCode()).isEqualTo(200);
        Metadata declared = new Metadata();
        declared.put(Metadata.Key.of(DowngradeHeader.NAME, Metadata.ASCII_STRING_MARSHALLER), "quic_blocked");
        TestQuorum.as(ADMIN_TOKEN, PeerServiceGrpc.newBlockingStub(quorum.channel("node-1")))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(declared))
                .listPeers(ListPeersRequest.getDefaultInstance());

        // Calls are counted when they have ended, which their caller may hear of before.
        await(() -> calls("meshkit.v1.PeerService", "http2", "json") == before + 1);
        await(() -> downgrades(DowngradeHeader.UNDECLARED) == undeclared + 1);
        await(() -> downgrades(DowngradeHeader.QUIC_BLOCKED) == 1);
        assertThat(transport()
                        .listDowngradeEvents(ListDowngradeEventsRequest.getDefaultInstance())
                        .getEventsList())
                .anySatisfy(event -> {
                    assertThat(event.getReason()).isEqualTo("quic_blocked");
                    assertThat(event.getTransport()).isEqualTo("grpc");
                    assertThat(event.getRemote()).isEqualTo("127.0.0.1");
                });
        HttpResponse<String> json = admin("GET", "/omnirelay/control/transport", "");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.body()).contains("\"reason\":\"quic_blocked\"").contains("\"protocol\":\"http2\"");
        assertThat(admin("GET", "/omnirelay/control/downgrade-events?after=0", "")
                        .body())
                .contains("\"reason\":\"quic_blocked\"");
        assertThat(admin("GET", "/metrics", "").body())
                .contains("omnirelay_downgrades_total{reason=\"quic_blocked\"} 1\n")
                .contains("omnirelay_policy_violations 0\n");
    }

    @Test
    void control_withoutObserve_isRefused() throws Exception {
        assertThat(rest.call("", "GET", "/omnirelay/control/transport", "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void document_thatViolates_isRefused_andOneThatNarrows_isInForceForEveryCall() throws Exception {
        HttpResponse<String> bad = admin(
                "PATCH",
                "/meshkit/config/transport-policy",
                "{'categories':[{'name':'control-plane','encodings':['protobuf','raw']}]}");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(bad.body())
                .contains("\"code\":\"INVALID_REQUEST\"")
                .contains("the defaults do not allow raw (widens-default)");

        HttpResponse<String> good = admin(
                "PATCH",
                "/meshkit/config/transport-policy",
                "{'categories':[{'name':'control-plane','encodings':['protobuf']}]}");
        assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
        try {
            await(() -> stats().getPolicy().getLiveDocument().equals("in-force"));

            HttpResponse<String> refused = admin("GET", "/meshkit/peers", "");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
            assertThat(refused.body())
                    .contains("\"code\":\"FORBIDDEN\"")
                    .contains("the transport policy does not allow http2+json for meshkit.v1.PeerService")
                    .contains("grpc+protobuf");
            TestQuorum.as(ADMIN_TOKEN, PeerServiceGrpc.newBlockingStub(quorum.channel("node-1")))
                    .listPeers(ListPeersRequest.getDefaultInstance());
            assertThat(admin("GET", "/metrics", "").body())
                    .contains("omnirelay_policy_refused_total{endpoint=\"meshkit.v1.PeerService\"");
        } finally {
            TestQuorum.as(ADMIN_TOKEN, ConfigServiceGrpc.newBlockingStub(quorum.channel("node-1")))
                    .deleteConfig(DeleteConfigRequest.newBuilder()
                            .setName("transport-policy")
                            .build());
        }
        await(() -> admin("GET", "/meshkit/peers", "").statusCode() == 200);
    }

    @Test
    void grpc_refusedByPolicy_hasAStatusThatSaysSo() throws Exception {
        admin(
                "PATCH",
                "/meshkit/config/transport-policy",
                "{'endpoints':[{'name':'meshkit.v1.VersionService','transports':['http3'],'encodings':['protobuf']}]}");
        try {
            await(() -> stats().getPolicy().getLiveDocument().equals("in-force"));
            StatusRuntimeException refused = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> TestQuorum.as(
                                    ADMIN_TOKEN,
                                    io.meshkit.v1.VersionServiceGrpc.newBlockingStub(quorum.channel("node-1")))
                            .listVersions(io.meshkit.v1.ListVersionsRequest.getDefaultInstance()));

            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(refused.getStatus().getDescription()).contains("does not allow grpc+protobuf");
        } finally {
            admin("DELETE", "/meshkit/config/transport-policy", "");
        }
    }
}
