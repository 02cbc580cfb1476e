package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.ErrorDetail.Applied;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.TransferLeadershipRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which transport calls take, on a server with all of them. */
@Timeout(180)
class TransportTest {
    private static final MethodDescriptor<GetPeerRequest, GetPeerResponse> GET = PeerServiceGrpc.getGetPeerMethod();
    private static final MethodDescriptor<CordonPeerRequest, PeerMutationResponse> CORDON =
            PeerServiceGrpc.getCordonPeerMethod();
    private static final GetPeerRequest GET_A =
            GetPeerRequest.newBuilder().setId("a").build();
    private static final CordonPeerRequest CORDON_A =
            CordonPeerRequest.newBuilder().setId("a").build();
    /** One attempt: what it meets is what the caller gets. */
    private static final CallSettings ONCE = CallSettings.DEFAULT.withRetries(false);

    @TempDir
    static Path directory;

    private static TestTls tls;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<DowngradeEvent> told = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void makeCertificates() throws Exception {
        tls = TestTls.create(directory);
        // The first connection of a process loads libraries, which takes longer than a network's answer may.
        try (WholeNode node = new WholeNode(tls, true);
                MeshKitClient client = MeshKitClient.builder()
                        .endpoint(node.endpoint())
                        .ca(tls.ca())
                        .transport(TransportMode.HTTP3)
                        .build()) {
            get(client);
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private WholeNode node(boolean http3) throws Exception {
        return open(new WholeNode(tls, http3));
    }

    private MeshKitClient client(TransportMode mode, Endpoint endpoint) {
        return open(MeshKitClient.builder()
                .endpoint(endpoint)
                .ca(tls.ca())
                .transport(mode)
                .onDowngrade(told::add)
                .build());
    }

    private static Negotiated get(MeshKitClient client) {
        return client.exchange(GET, GET_A, CallSettings.DEFAULT).negotiated();
    }

    private static Negotiated getOnce(MeshKitClient client) {
        return client.exchange(GET, GET_A, ONCE).negotiated();
    }

    /** A machine that is slow at the moment makes AUTO fall back, which is right. */
    private static boolean wasSlow(Negotiated negotiated) {
        DowngradeEvent downgrade = negotiated.downgrade();
        return downgrade != null
                && (downgrade.reason() == DowngradeReason.TIMEOUT
                        || downgrade.reason() == DowngradeReason.QUIC_BLOCKED);
    }

    /** A client of AUTO that has come by HTTP/3 with its first call. */
    private MeshKitClient overHttp3(WholeNode node, Endpoint endpoint) {
        while (true) {
            node.reasons.clear();
            told.clear();
            MeshKitClient client = client(TransportMode.AUTO, endpoint);
            Negotiated negotiated = getOnce(client);
            if (!wasSlow(negotiated)) {
                assertThat(negotiated.transport()).isEqualTo(TransportKind.HTTP3);
                return client;
            }
            client.close();
        }
    }

    private static TransportStats.Node stats(MeshKitClient client) {
        return client.transportStats().nodes().get(0);
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(20);
        }
    }

    private static void untilHttp3(MeshKitClient client) throws InterruptedException {
        until(() -> get(client).transport() == TransportKind.HTTP3);
    }

    @ParameterizedTest
    @CsvSource({"AUTO,HTTP3,h3", "HTTP3,HTTP3,h3", "HTTP2,HTTP2,h2", "GRPC,GRPC,h2"})
    void mode_nodeHasAll_takesItsOwn(TransportMode mode, TransportKind expected, String protocol) throws Exception {
        WholeNode node = node(true);
        MeshKitClient client;
        Negotiated negotiated;
        do {
            node.reasons.clear();
            told.clear();
            client = client(mode, node.endpoint());
            negotiated = getOnce(client);
        } while (wasSlow(negotiated));
        assertThat(negotiated).isEqualTo(new Negotiated(expected, "protobuf", null));
        assertThat(negotiated.protocol()).isEqualTo(protocol);
        assertThat(node.reasons).containsExactly("null");
        TransportStats.Node stats = stats(client);
        assertThat(stats.current()).isEqualTo(expected);
        assertThat(stats.calls()).containsOnlyKeys(expected).containsEntry(expected, 1L);
        assertThat(stats.downgrades()).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void auto_udpPortClosed_fallsBackAndReturns() throws Exception {
        WholeNode node = node(false);
        MeshKitClient client = client(TransportMode.AUTO, node.endpoint());
        Negotiated negotiated = getOnce(client);
        assertThat(negotiated.transport()).isEqualTo(TransportKind.HTTP2);
        assertThat(negotiated.downgrade()).isNotNull();
        assertThat(negotiated.downgrade().reason()).isEqualTo(DowngradeReason.REFUSED);
        assertThat(told).containsExactly(negotiated.downgrade());
        assertThat(node.reasons).containsExactly("refused");
        assertThat(client.transportStats().recent()).isEqualTo(told);
        assertThat(client.transportStats().downgrades()).containsEntry(DowngradeReason.REFUSED, 1L);
        until(() -> getOnce(client).transport() == TransportKind.HTTP2
                && stats(client).lastProbe() != null
                && !stats(client).lastProbe().connected());

        node.stop(Duration.ZERO);
        node.start(true);
        untilHttp3(client);
        assertThat(stats(client).downgrade()).isNull();
        assertThat(stats(client).current()).isEqualTo(TransportKind.HTTP3);
        assertThat(stats(client).lastProbe().connected()).isTrue();
    }

    @Test
    void auto_udpDropped_fallsBackWithinASecondAndReturns() throws Exception {
        WholeNode node = node(true);
        Gate gate = open(new Gate(node.httpsPort()));
        gate.shut(true);
        MeshKitClient client = client(TransportMode.AUTO, node.through(gate));
        Reply<GetPeerResponse> reply = client.exchange(GET, GET_A, ONCE);
        assertThat(reply.negotiated().transport()).isEqualTo(TransportKind.HTTP2);
        assertThat(told).singleElement().satisfies(event -> {
            assertThat(event.node()).isEqualTo("node-1");
            assertThat(event.from()).isEqualTo(TransportKind.HTTP3);
            assertThat(event.to()).isEqualTo(TransportKind.HTTP2);
            assertThat(event.reason()).isEqualTo(DowngradeReason.QUIC_BLOCKED);
            assertThat(event.detail()).contains("QUIC");
        });
        // The next one does not wait again, although the connecting still goes on.
        assertThat(getOnce(client).transport()).isEqualTo(TransportKind.HTTP2);
        gate.shut(false);
        untilHttp3(client);
        assertThat(stats(client).upgrades()).isEqualTo(1);
        assertThat(told).hasSize(1);
    }

    @Test
    void auto_udpDroppedDuringCalls_theyGoOnByHttp2() throws Exception {
        WholeNode node = node(true);
        Gate gate = open(new Gate(node.httpsPort()));
        MeshKitClient client = overHttp3(node, node.through(gate));
        gate.shut(true);
        Reply<PeerMutationResponse> reply =
                client.exchange(CORDON, CORDON_A, CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(30)));
        assertThat(reply.negotiated().transport()).isEqualTo(TransportKind.HTTP2);
        assertThat(node.cordons).containsExactly(reply.info().requestId());
        assertThat(told).extracting(DowngradeEvent::reason).containsExactly(DowngradeReason.QUIC_BLOCKED);
        gate.shut(false);
        untilHttp3(client);
    }

    @Test
    void auto_verbThatMayNotBeRepeated_runsOnceInspiteOfAFallback() throws Exception {
        WholeNode node = node(true);
        Gate gate = open(new Gate(node.httpsPort()));
        gate.shut(true);
        MeshKitClient client = client(TransportMode.AUTO, node.through(gate));
        client.call(
                QuorumServiceGrpc.getTransferLeadershipMethod(), TransferLeadershipRequest.getDefaultInstance(), ONCE);
        assertThat(node.transfers).hasValue(1);
    }

    @Test
    void auto_deadlineShorterThanTheWait_isKeptAndNothingIsSent() throws Exception {
        WholeNode node = node(true);
        Gate gate = open(new Gate(node.httpsPort()));
        gate.shut(true);
        MeshKitClient client = client(TransportMode.AUTO, node.through(gate));
        RegistryException thrown = catchThrowableOfType(
                RegistryException.class,
                () -> client.call(CORDON, CORDON_A, ONCE.withDeadline(Duration.ofMillis(100))));
        assertThat(thrown.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(thrown.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(node.cordons).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"AUTO", "HTTP3", "HTTP2", "GRPC"})
    void untrustedServer_isSaidAndNotADowngrade(TransportMode mode, @TempDir Path other) throws Exception {
        WholeNode node = node(true);
        MeshKitClient client = open(MeshKitClient.builder()
                .endpoint(node.endpoint())
                .ca(TestTls.create(other).ca())
                .transport(mode)
                .onDowngrade(told::add)
                .build());
        for (int i = 0; i < 2; i++) {
            RegistryException thrown = catchThrowableOfType(RegistryException.class, () -> getOnce(client));
            assertThat(thrown.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
            assertThat(thrown).hasMessageContaining("TLS");
        }
        assertThat(told).isEmpty();
        assertThat(stats(client).calls()).hasSize(1);
    }

    @Test
    void auto_nodeIsAway_isNotADowngrade() throws Exception {
        WholeNode node = node(true);
        MeshKitClient client = client(TransportMode.AUTO, node.endpoint());
        node.stop(Duration.ZERO);
        RegistryException thrown = catchThrowableOfType(RegistryException.class, () -> getOnce(client));
        assertThat(thrown.code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(told).isEmpty();
        node.start(true);
        Negotiated negotiated = get(client);
        assertThat(wasSlow(negotiated) || negotiated.transport() == TransportKind.HTTP3)
                .as("%s", negotiated)
                .isTrue();
    }

    /** At most as many attempts as there are calls at first, then one after another with growing pauses. */
    @ParameterizedTest
    @CsvSource({"AUTO", "HTTP3", "HTTP2", "GRPC"})
    void nodeIsAway_waitingCallsDoNotKnockEach(TransportMode mode) throws Exception {
        WholeNode node = node(true);
        MeshKitClient client = client(mode, node.endpoint());
        node.stop(Duration.ZERO);
        List<CompletableFuture<GetPeerResponse>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(client.callAsync(GET, GET_A, CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(2))));
        }
        until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
        long attempts = stats(client).calls().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        // Those at first, and one after each pause of at least 10, 20, 40, … 320 and then 500 ms.
        assertThat(attempts).isBetween(3L, 50L + 12);
        node.start(true);
        assertThat(get(client)).isNotNull();
    }

    @Test
    void http3_udpPortClosed_failsAndSaysWhy() throws Exception {
        MeshKitClient client = client(TransportMode.HTTP3, node(false).endpoint());
        RegistryException thrown = catchThrowableOfType(RegistryException.class, () -> getOnce(client));
        assertThat(thrown.code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(thrown.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(thrown).hasMessageContaining("the UDP port is closed");
        assertThat(stats(client).calls()).containsOnlyKeys(TransportKind.HTTP3);
    }

    @Test
    void httpsPortUnknown_autoTakesGrpc_othersAreRefused() throws Exception {
        Endpoint whole = node(true).endpoint();
        Endpoint endpoint = new Endpoint(whole.node(), whole.host(), 0, whole.grpcPort());
        Negotiated negotiated = getOnce(client(TransportMode.AUTO, endpoint));
        assertThat(negotiated.transport()).isEqualTo(TransportKind.GRPC);
        assertThat(negotiated.downgrade().reason()).isEqualTo(DowngradeReason.POLICY);
        assertThat(told).hasSize(1);
        for (TransportMode mode : List.of(TransportMode.HTTP3, TransportMode.HTTP2)) {
            RegistryException thrown = catchThrowableOfType(RegistryException.class, () -> client(mode, endpoint));
            assertThat(thrown.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(thrown).hasMessageContaining("HTTPS port");
        }
    }

    @Test
    void close_endsConnectionsAndProbes() throws Exception {
        WholeNode node = node(true);
        Gate gate = open(new Gate(node.httpsPort()));
        gate.shut(true);
        MeshKitClient client = client(TransportMode.AUTO, node.through(gate));
        getOnce(client);
        gate.shut(false);
        untilHttp3(client);
        until(() -> node.quicConnections.get() == 1);
        client.close();
        until(() -> node.quicConnections.get() == 0);
        assertThat(client.callAsync(GET, GET_A)).isCompletedExceptionally();
    }

    @Test
    void close_duringCalls_endsThem() throws Exception {
        WholeNode node = node(true);
        Gate gate = open(new Gate(node.httpsPort()));
        gate.shut(true);
        MeshKitClient client = client(TransportMode.AUTO, node.through(gate));
        CompletableFuture<GetPeerResponse> call = client.callAsync(GET, GET_A);
        client.close();
        until(call::isDone);
        assertThat(call).isCompletedExceptionally();
    }

    @Test
    void calls_areReported() throws Exception {
        List<CallReport> reports = new CopyOnWriteArrayList<>();
        MeshKitClient client = open(MeshKitClient.builder()
                .endpoint(node(true).endpoint())
                .ca(tls.ca())
                .onCall(reports::add)
                .build());
        Reply<PeerMutationResponse> reply = client.exchange(CORDON, CORDON_A, CallSettings.DEFAULT);
        catchThrowableOfType(
                RegistryException.class,
                () -> client.call(
                        PeerServiceGrpc.getListPeersMethod(), io.meshkit.v1.ListPeersRequest.getDefaultInstance()));
        assertThat(reports.get(0)).isEqualTo(new CallReport("CordonPeer", reply.info(), reply.response(), null));
        assertThat(reports.get(1).method()).isEqualTo("ListPeers");
        assertThat(reports.get(1).response()).isNull();
        assertThat(reports.get(1).error()).isNotNull();
        assertThat(reports.get(1).info().node()).isEqualTo("node-1");
    }

    /** Every mutation ends well, under one request id, while its node goes away and comes back. */
    @ParameterizedTest
    @CsvSource({"HTTP3,0", "HTTP3,2000", "AUTO,0", "AUTO,2000"})
    void nodeRestartsUnderLoad_callsSucceed(TransportMode mode, int drainMs) throws Exception {
        WholeNode node = node(true);
        MeshKitClient client = client(mode, node.endpoint());
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(CompletableFuture.supplyAsync(() -> {
                int calls = 0;
                while (!over.get()) {
                    client.call(CORDON, CORDON_A, CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(40)));
                    calls++;
                }
                return calls;
            }));
        }
        for (int restart = 0; restart < 3; restart++) {
            int before = node.cordons.size();
            until(() -> node.cordons.size() > before + 20);
            node.stop(Duration.ofMillis(drainMs));
            node.start(true);
        }
        int before = node.cordons.size();
        until(() -> node.cordons.size() > before + 20);
        over.set(true);
        int calls = 0;
        for (CompletableFuture<Integer> caller : callers) {
            calls += caller.get();
        }
        assertThat(node.cordons.stream().distinct()).hasSize(calls);
        untilHttp3(client);
    }
}
