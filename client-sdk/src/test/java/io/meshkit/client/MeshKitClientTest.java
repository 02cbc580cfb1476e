package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.ErrorDetail.Applied;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.TransferLeadershipResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeshKitClientTest {
    private static final MethodDescriptor<CordonPeerRequest, PeerMutationResponse> CORDON =
            PeerServiceGrpc.getCordonPeerMethod();
    private static final MethodDescriptor<GetPeerRequest, GetPeerResponse> GET = PeerServiceGrpc.getGetPeerMethod();
    private static final CordonPeerRequest CORDON_A =
            CordonPeerRequest.newBuilder().setId("a").build();
    private static final GetPeerRequest GET_A =
            GetPeerRequest.newBuilder().setId("a").build();
    private static final PeerMutationResponse CORDONED = PeerMutationResponse.newBuilder()
            .setPeer(Peer.newBuilder().setId("a"))
            .build();
    private static final GetPeerResponse GOT =
            GetPeerResponse.newBuilder().setPeer(Peer.newBuilder().setId("a")).build();
    private static final GetPeerResponse GOT_FROM_LEADER =
            GOT.toBuilder().setReadInfo(ReadInfo.newBuilder().setRole("leader")).build();
    /** For nodes that are {@link #connected}, or away: connecting may take longer. */
    private static final CallSettings SHORT = CallSettings.DEFAULT.withDeadline(Duration.ofMillis(1_500));

    @TempDir
    static Path directory;

    private static TestTls tls;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void makeCertificates() {
        tls = TestTls.create(directory);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private FakeNode node(String id) {
        FakeNode node = new FakeNode(id, tls);
        node.on(QuorumServiceGrpc.getGetQuorumStatusMethod(), q -> GetQuorumStatusResponse.getDefaultInstance());
        opened.add(node);
        return node;
    }

    private MeshKitClient client(FakeNode... nodes) {
        return client(RetryPolicy.DEFAULT, nodes);
    }

    private MeshKitClient client(RetryPolicy policy, FakeNode... nodes) {
        MeshKitClient client = MeshKitClient.builder()
                .endpoints(Arrays.stream(nodes).map(FakeNode::endpoint).toList())
                .ca(tls.ca())
                .retryPolicy(policy)
                .build();
        opened.add(0, client);
        return client;
    }

    /** A client that has its connection. */
    private MeshKitClient connected(FakeNode node) {
        MeshKitClient client = client(node);
        client.call(QuorumServiceGrpc.getGetQuorumStatusMethod(), GetQuorumStatusRequest.getDefaultInstance());
        return client;
    }

    private static RegistryException failure(ErrorCode code) {
        return RegistryException.of(code, "as the test says", "");
    }

    private static <Q extends Message, R extends Message> Function<Q, R> first(
            int failing, RegistryException failure, R then) {
        AtomicInteger calls = new AtomicInteger();
        return request -> {
            if (calls.incrementAndGet() <= failing) {
                throw failure;
            }
            return then;
        };
    }

    private static RegistryException fails(MeshKitClient client, CallSettings settings) {
        return catchThrowableOfType(RegistryException.class, () -> client.call(CORDON, CORDON_A, settings));
    }

    private static List<String> requestIds(List<Message> requests) {
        return requests.stream()
                .filter(CordonPeerRequest.class::isInstance)
                .map(request -> ((CordonPeerRequest) request).getOptions().getRequestId())
                .toList();
    }

    private static long cordons(FakeNode node) {
        return requestIds(node.requests()).size();
    }

    @Test
    void call_mutationInDoubt_isRepeatedUnderTheSameRequestId() {
        FakeNode node = node("node-1").on(CORDON, first(2, failure(ErrorCode.LEADERSHIP_LOST), CORDONED));
        Reply<PeerMutationResponse> reply = client(node).exchange(CORDON, CORDON_A, CallSettings.DEFAULT);
        assertThat(reply.response()).isEqualTo(CORDONED);
        assertThat(reply.info().node()).isEqualTo("node-1");
        assertThat(reply.info().attempts()).isEqualTo(3);
        assertThat(reply.negotiated()).hasToString("grpc;protobuf");
        List<String> ids = requestIds(node.requests());
        assertThat(ids).hasSize(3).doesNotContain("");
        assertThat(ids.stream().distinct()).containsExactly(reply.info().requestId());
    }

    @Test
    void call_mutationWithItsOwnRequestId_keepsIt() {
        FakeNode node = node("node-1").on(CORDON, q -> CORDONED);
        client(node)
                .call(
                        CORDON,
                        CORDON_A.toBuilder()
                                .setOptions(MutationOptions.newBuilder().setRequestId("mine"))
                                .build());
        assertThat(requestIds(node.requests())).containsExactly("mine");
    }

    @ParameterizedTest
    @EnumSource
    void call_anyError_isCarriedAndRejectionsAreNotRepeated(ErrorCode code) {
        FakeNode node = node("node-1").on(CORDON, q -> {
            throw failure(code);
        });
        RegistryException thrown = fails(connected(node), SHORT);
        if (code.retryable()) {
            assertThat(cordons(node)).isGreaterThan(1);
        } else {
            assertThat(cordons(node)).isEqualTo(1);
            assertThat(thrown.detail()).isEqualTo(failure(code).detail());
        }
    }

    @Test
    void call_withoutRetries_makesOneAttempt() {
        FakeNode node = node("node-1").on(CORDON, first(1, failure(ErrorCode.NO_LEADER), CORDONED));
        assertThat(fails(client(node), CallSettings.DEFAULT.withRetries(false)).code())
                .isEqualTo(ErrorCode.NO_LEADER);
        assertThat(cordons(node)).isEqualTo(1);
    }

    @Test
    void call_nodeVerbInDoubt_isNotRepeated() {
        MethodDescriptor<TransferLeadershipRequest, TransferLeadershipResponse> transfer =
                QuorumServiceGrpc.getTransferLeadershipMethod();
        FakeNode node = node("node-1")
                .on(
                        transfer,
                        first(1, failure(ErrorCode.LEADERSHIP_LOST), TransferLeadershipResponse.getDefaultInstance()));
        RegistryException thrown = catchThrowableOfType(
                RegistryException.class,
                () -> client(node).call(transfer, TransferLeadershipRequest.getDefaultInstance()));
        assertThat(thrown.code()).isEqualTo(ErrorCode.LEADERSHIP_LOST);
    }

    @Test
    void call_leaderHint_isFollowedAtOnceAndRemembered() {
        RegistryException hint = new RegistryException(RegistryException.detail(ErrorCode.NO_LEADER, "not me", "")
                .setLeaderHint("node-3")
                .setRetryDelay(RegistryException.millis(60_000))
                .build());
        Function<CordonPeerRequest, PeerMutationResponse> refuses = q -> {
            throw hint;
        };
        FakeNode one = node("node-1").on(CORDON, refuses);
        FakeNode two = node("node-2").on(CORDON, refuses);
        FakeNode three = node("node-3").on(CORDON, q -> CORDONED);
        MeshKitClient client = client(one, two, three);
        for (int i = 0; i < 5; i++) {
            client.call(CORDON, CORDON_A);
        }
        assertThat(client.leader()).contains("node-3");
        assertThat(cordons(three)).isEqualTo(5);
        assertThat(cordons(one) + cordons(two)).isLessThanOrEqualTo(1);
    }

    @Test
    void call_linearizableReadAnsweredByTheLeader_teachesWhoLeads() {
        FakeNode node = node("node-1").on(GET, q -> GOT_FROM_LEADER);
        MeshKitClient client = client(node);
        client.call(GET, GET_A);
        assertThat(client.leader()).contains("node-1");
    }

    @Test
    void call_unreachableNodes_areRotatedPast() {
        FakeNode down = node("node-1");
        FakeNode alsoDown = node("node-2");
        FakeNode up = node("node-3").on(CORDON, q -> CORDONED);
        MeshKitClient client = client(down, alsoDown, up);
        down.stop();
        alsoDown.stop();
        for (int i = 0; i < 4; i++) {
            assertThat(client.call(CORDON, CORDON_A)).isEqualTo(CORDONED);
        }
    }

    @Test
    void call_nodeComesBackWithinTheDeadline_succeeds() throws Exception {
        FakeNode node = node("node-1").on(CORDON, q -> CORDONED);
        node.stop();
        MeshKitClient client = client(node);
        CompletableFuture<PeerMutationResponse> future = client.callAsync(CORDON, CORDON_A);
        Thread.sleep(300);
        assertThat(future).isNotDone();
        node.start();
        assertThat(future.get()).isEqualTo(CORDONED);
    }

    @Test
    void call_nothingReachable_saysThatNothingWasApplied() {
        FakeNode node = node("node-1");
        node.stop();
        RegistryException thrown = fails(client(node), SHORT);
        assertThat(thrown.code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(thrown.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(thrown.detail().getMessage()).contains("node-1");
    }

    @Test
    void call_silentNode_isLeftForAnotherAfterTheAttemptTimeout() {
        FakeNode silent = node("node-1").on(CORDON, q -> null).on(GET, q -> GOT_FROM_LEADER);
        FakeNode up = node("node-2").on(CORDON, q -> CORDONED).on(GET, q -> GOT);
        MeshKitClient client = client(
                new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1)), silent, up);
        // Both are connected; the last that answered leads.
        client.call(GET, GET_A, CallSettings.DEFAULT.withNode("node-2"));
        client.call(GET, GET_A, CallSettings.DEFAULT.withNode("node-1"));
        client.call(CORDON, CORDON_A);
        assertThat(cordons(silent)).isEqualTo(1);
        assertThat(requestIds(up.requests())).isEqualTo(requestIds(silent.requests()));
    }

    @Test
    void call_mutationPastItsDeadline_isInDoubtAndOnTime() {
        MeshKitClient client = connected(node("node-1").on(CORDON, q -> null));
        long start = System.nanoTime();
        RegistryException thrown = fails(client, SHORT);
        // An attempt alone would have five seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(SHORT.deadline().minusMillis(100), Duration.ofMillis(4_500));
        assertThat(thrown.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(thrown.detail().getApplied()).isEqualTo(Applied.APPLIED_UNKNOWN);
    }

    @Test
    void call_readPastItsDeadline_appliedNothing() {
        MeshKitClient client = client(node("node-1").on(GET, q -> null));
        RegistryException thrown = catchThrowableOfType(RegistryException.class, () -> client.call(GET, GET_A, SHORT));
        assertThat(thrown.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
    }

    @Test
    void call_inDoubtThenNoLeader_staysInDoubt() {
        AtomicInteger calls = new AtomicInteger();
        FakeNode node = node("node-1").on(CORDON, q -> {
            throw failure(calls.incrementAndGet() == 1 ? ErrorCode.LEADERSHIP_LOST : ErrorCode.NO_LEADER);
        });
        RegistryException thrown = fails(connected(node), SHORT);
        assertThat(thrown.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(thrown.detail().getApplied()).isEqualTo(Applied.APPLIED_UNKNOWN);
    }

    @Test
    void call_inDoubtThenRejected_isRejected() {
        AtomicInteger calls = new AtomicInteger();
        FakeNode node = node("node-1").on(CORDON, q -> {
            throw failure(calls.incrementAndGet() == 1 ? ErrorCode.LEADERSHIP_LOST : ErrorCode.NOT_FOUND);
        });
        RegistryException thrown = fails(client(node), CallSettings.DEFAULT);
        assertThat(thrown.code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(thrown.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
    }

    @Test
    void call_retryDelay_isHonoured() {
        RegistryException busy = new RegistryException(RegistryException.detail(ErrorCode.OVERLOADED, "busy", "")
                .setRetryDelay(RegistryException.millis(400))
                .build());
        FakeNode node = node("node-1").on(CORDON, first(1, busy, CORDONED));
        long start = System.nanoTime();
        client(node).call(CORDON, CORDON_A);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void call_pinned_asksOnlyThatNode() {
        FakeNode one = node("node-1").on(GET, q -> GOT);
        FakeNode two = node("node-2").on(GET, q -> GOT);
        MeshKitClient client = client(one, two);
        for (int i = 0; i < 4; i++) {
            client.call(GET, GET_A, CallSettings.DEFAULT.withNode("node-2"));
        }
        assertThat(two.requests().stream().filter(GetPeerRequest.class::isInstance))
                .hasSize(4);
        assertThat(one.requests().stream().filter(GetPeerRequest.class::isInstance))
                .isEmpty();
        RegistryException thrown = catchThrowableOfType(
                RegistryException.class, () -> client.call(GET, GET_A, CallSettings.DEFAULT.withNode("node-9")));
        assertThat(thrown.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void call_untrustedServer_isUnauthenticatedAndNotRepeated(@TempDir Path other) {
        FakeNode node = node("node-1").on(GET, q -> GOT);
        try (MeshKitClient client = MeshKitClient.builder()
                .endpoint(node.endpoint())
                .ca(TestTls.create(other).ca())
                .build()) {
            RegistryException thrown = catchThrowableOfType(RegistryException.class, () -> client.call(GET, GET_A));
            assertThat(thrown.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        }
        assertThat(node.requests()).isEmpty();
    }

    @Test
    void call_bearerToken_isSentWithEveryAttempt() {
        FakeNode node = node("node-1").on(CORDON, first(1, failure(ErrorCode.NO_LEADER), CORDONED));
        AtomicInteger asked = new AtomicInteger();
        try (MeshKitClient client = MeshKitClient.builder()
                .endpoint(node.endpoint())
                .ca(tls.ca())
                .bearerToken(() -> "t" + asked.incrementAndGet())
                .build()) {
            client.call(CORDON, CORDON_A);
        }
        assertThat(node.authorizations()).containsExactly("Bearer t1", "Bearer t2");
    }

    @Test
    void pages_severalPages_arriveInOrderFromTheirCursors() {
        FakeNode node = node("node-1").on(PeerServiceGrpc.getListPeersMethod(), request -> {
            int from = request.getPage().getCursor().isEmpty()
                    ? 0
                    : Integer.parseInt(request.getPage().getCursor());
            ListPeersResponse.Builder page = ListPeersResponse.newBuilder();
            for (int i = from; i < Math.min(7, from + request.getPage().getSize()); i++) {
                page.addPeers(Peer.newBuilder().setId("peer-" + i));
            }
            int next = from + request.getPage().getSize();
            return page.setNextCursor(next < 7 ? Integer.toString(next) : "").build();
        });
        ListPeersRequest request = ListPeersRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(3))
                .build();
        MeshKitClient client = client(node);
        assertThat(client.pages(PeerServiceGrpc.getListPeersMethod(), request)).hasSize(3);
        assertThat(client.peers().list(request).map(Peer::getId))
                .containsExactly("peer-0", "peer-1", "peer-2", "peer-3", "peer-4", "peer-5", "peer-6");
    }

    @Test
    void callAsync_manyAtOnce_allComplete() {
        FakeNode node = node("node-1").on(CORDON, q -> CORDONED);
        MeshKitClient client = client(node);
        List<CompletableFuture<PeerMutationResponse>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(client.callAsync(CORDON, CORDON_A));
        }
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
        assertThat(requestIds(node.requests()).stream().distinct()).hasSize(500);
    }
}
