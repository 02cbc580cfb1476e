package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchOpened;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchServiceGrpc;
import io.meshkit.v1.WatchStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class WatchTest {
    private static final WatchPeersRequest PEERS = WatchPeersRequest.getDefaultInstance();
    private static final RetryPolicy QUICK =
            new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofSeconds(30));
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static TestTls tls;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final FakeFeed feed = new FakeFeed();
    private final WatchLog log = new WatchLog();
    private final AtomicInteger tokens = new AtomicInteger();

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
        feed.serve(node);
        opened.add(node);
        return node;
    }

    private MeshKitClient client(FakeNode... nodes) {
        MeshKitClient client = MeshKitClient.builder()
                .endpoints(Arrays.stream(nodes).map(FakeNode::endpoint).toList())
                .ca(tls.ca())
                .retryPolicy(QUICK)
                .bearerToken(() -> "token-" + tokens.incrementAndGet())
                .build();
        opened.add(0, client);
        return client;
    }

    private static WatchPeersRequest from(WatchOptions.Builder options) {
        return WatchPeersRequest.newBuilder().setWatch(options).build();
    }

    @Test
    void watch_initialState_thenChanges() throws Exception {
        feed.put("a", "gateway");
        feed.put("b", "gateway");
        Watch watch = client(node("node-1")).watch(PEERS, log);
        log.await("SYNCED@2");
        feed.delete("a");
        feed.bookmark();
        log.await("BOOKMARK@3");
        assertThat(log.told()).containsExactly("OPENED@2", "STATE@2", "STATE@2", "SYNCED@2", "CHANGE@3", "BOOKMARK@3");
        log.await(l -> watch.revision() == 3);
        assertThat(watch.resumeToken()).isEqualTo("t3");
    }

    @Test
    void watch_nodeThatGoes_isFollowedAtAnother() throws Exception {
        FakeNode first = node("node-1");
        FakeNode second = node("node-2");
        client(first, second).watch(PEERS, log);
        log.await("SYNCED@0");
        FakeNode serving = feed.awaitStreams(1).get(0).node();
        feed.put("a", "gateway");
        log.await("CHANGE@1");
        serving.stop();
        feed.put("b", "gateway");
        log.await("CHANGE@2");
        assertThat(feed.awaitStreams(1).get(0).node()).isNotSameAs(serving);
        serving.start();
        assertThat(log.told()).containsExactly("OPENED@0", "SYNCED@0", "CHANGE@1", "CHANGE@2");
    }

    @Test
    void watch_everyNodeGoes_isTakenUpWhenOneReturns() throws Exception {
        FakeNode node = node("node-1");
        client(node).watch(PEERS, log);
        log.await("SYNCED@0");
        node.stop();
        feed.put("a", "gateway");
        node.start();
        log.await("CHANGE@1");
        assertThat(log.told()).containsExactly("OPENED@0", "SYNCED@0", "CHANGE@1");
    }

    @Test
    void watch_cutAgainAndAgain_deliversEachRevisionOnceInOrder() throws Exception {
        client(node("node-1"), node("node-2"), node("node-3")).watch(PEERS, log);
        log.await("SYNCED@0");
        Random random = new Random(42);
        for (int i = 1; i <= 200; i++) {
            feed.put("p" + random.nextInt(10), "role-" + i);
            if (random.nextInt(5) == 0) {
                feed.cut();
            }
        }
        log.await("CHANGE@200");
        assertThat(log.changes())
                .isEqualTo(LongStream.rangeClosed(1, 200).boxed().toList());
        assertThat(log.told()).hasSize(202).startsWith("OPENED@0", "SYNCED@0");
    }

    @Test
    void watch_nodeThatRepeats_isDeliveredOnce() throws Exception {
        FakeNode node = node("node-1");
        client(node).watch(PEERS, log);
        log.await("SYNCED@0");
        feed.put("a", "1");
        feed.send(FakeFeed.message(1, true)
                .setChange(WatchChange.newBuilder()
                        .addEvents(WatchEvent.newBuilder().setName("a")))
                .build());
        feed.put("a", "2");
        log.await("CHANGE@2");
        assertThat(log.changes()).containsExactly(1L, 2L);
    }

    @Test
    void watch_nodeThatWouldSkip_isRefused() throws Exception {
        FakeNode skipping = new FakeNode("node-1", tls);
        opened.add(skipping);
        AtomicInteger calls = new AtomicInteger();
        skipping.onStream(WatchServiceGrpc.getWatchPeersMethod(), (request, observer) -> {
            int call = calls.incrementAndGet();
            long revision = call == 1 ? 5 : call == 2 ? 9 : 5;
            observer.onNext(FakeFeed.message(revision, true)
                    .setOpened(WatchOpened.newBuilder().setStart(WatchStart.WATCH_START_NOW))
                    .build());
            if (call == 1) {
                observer.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());
            } else {
                observer.onNext(FakeFeed.message(revision + 1, true)
                        .setChange(WatchChange.getDefaultInstance())
                        .build());
            }
        });
        client(skipping).watch(from(WatchOptions.newBuilder().setStart(WatchStart.WATCH_START_NOW)), log);
        log.await("CHANGE@6");
        assertThat(log.told()).containsExactly("OPENED@5", "CHANGE@6");
        assertThat(calls).hasValue(3);
    }

    @Test
    void watch_compacted_resyncsWithTheWholeState() throws Exception {
        feed.put("a", "1");
        client(node("node-1")).watch(PEERS, log);
        log.await("SYNCED@1");
        feed.mute(true);
        feed.put("b", "1");
        feed.put("c", "1");
        feed.compactTo(3);
        feed.mute(false);
        feed.cut();
        log.await("SYNCED@3");
        assertThat(log.told())
                .containsExactly(
                        "OPENED@1",
                        "STATE@1",
                        "SYNCED@1",
                        "resync COMPACTED",
                        "OPENED@3",
                        "STATE@3",
                        "STATE@3",
                        "STATE@3",
                        "SYNCED@3");
    }

    @Test
    void watch_compactedWithoutResync_ends() throws Exception {
        feed.put("a", "1");
        feed.put("b", "1");
        feed.compactTo(2);
        client(node("node-1"))
                .watch(
                        from(WatchOptions.newBuilder()
                                .setStart(WatchStart.WATCH_START_REVISION)
                                .setFromRevision(1)),
                        WatchSettings.DEFAULT.withResync(false),
                        log);
        assertThat(log.awaitFailure().code()).isEqualTo(ErrorCode.COMPACTED);
    }

    @Test
    void watch_stateThatIsCut_beginsAnew() throws Exception {
        feed.put("a", "1");
        feed.put("b", "1");
        feed.cutStates(2);
        client(node("node-1")).watch(PEERS, log);
        log.await("SYNCED@2");
        assertThat(log.told())
                .containsExactly(
                        "OPENED@2",
                        "STATE@2",
                        "resync STATE_CUT",
                        "OPENED@2",
                        "STATE@2",
                        "resync STATE_CUT",
                        "OPENED@2",
                        "STATE@2",
                        "STATE@2",
                        "SYNCED@2");
    }

    @Test
    void watch_tokenOfAnotherQuorum_resyncs() throws Exception {
        client(node("node-1")).watch(PEERS, log);
        log.await("SYNCED@0");
        feed.send(WatchResponse.newBuilder()
                .setRevision(7)
                .setResumeToken("of a quorum that is no more")
                .setChange(WatchChange.getDefaultInstance())
                .build());
        log.await("CHANGE@7");
        feed.cut();
        log.await(l -> l.told().size() == 6);
        assertThat(log.told())
                .containsExactly("OPENED@0", "SYNCED@0", "CHANGE@7", "resync POSITION_UNKNOWN", "OPENED@0", "SYNCED@0");
    }

    @Test
    void watch_olderStateAtALocalLevel_isRefused() throws Exception {
        FakeNode node = new FakeNode("node-1", tls);
        opened.add(node);
        AtomicInteger calls = new AtomicInteger();
        node.onStream(WatchServiceGrpc.getWatchPeersMethod(), (request, observer) -> {
            long revision = List.of(5L, 3L, 6L).get(calls.getAndIncrement());
            observer.onNext(FakeFeed.message(revision, false)
                    .setOpened(WatchOpened.newBuilder().setStart(WatchStart.WATCH_START_INITIAL_STATE))
                    .build());
            if (revision < 6) {
                observer.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());
            }
        });
        WatchPeersRequest local = WatchPeersRequest.newBuilder()
                .setRead(ReadOptions.newBuilder().setLevel(ReadLevel.READ_LEVEL_LOCAL))
                .build();
        client(node).watch(local, log);
        log.await("OPENED@6");
        assertThat(log.told()).containsExactly("OPENED@5", "resync STATE_CUT", "OPENED@6");
    }

    @Test
    void watch_silentConnection_isReplaced() throws Exception {
        client(node("node-1"), node("node-2"))
                .watch(PEERS, WatchSettings.DEFAULT.withSilence(Duration.ofMillis(300)), log);
        log.await("SYNCED@0");
        FakeFeed.Stream first = feed.awaitStreams(1).get(0);
        feed.mute(true);
        feed.put("a", "1");
        feed.mute(false);
        log.await("CHANGE@1");
        assertThat(feed.awaitStreams(1).get(0).observer()).isNotSameAs(first.observer());
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"INVALID_REQUEST", "UNAUTHENTICATED", "FORBIDDEN", "LIMIT_EXCEEDED"})
    void watch_refusedAtTheDoor_ends(ErrorCode code) throws Exception {
        FakeNode node = new FakeNode("node-1", tls);
        opened.add(node);
        node.onStream(
                WatchServiceGrpc.getWatchPeersMethod(),
                (request, observer) ->
                        observer.onError(io.omnirelay.transport.Errors.toGrpc(RegistryException.of(code, "no", ""))));
        Watch watch = client(node).watch(PEERS, log);
        assertThat(log.awaitFailure().code()).isEqualTo(code);
        assertThat(watch.awaitClosed(SOON)).isTrue();
        assertThat(node.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"OVERLOADED", "NO_LEADER", "NO_QUORUM", "INTERNAL", "DEADLINE_EXCEEDED"})
    void watch_troubleThatPasses_isWaitedOut(ErrorCode code) throws Exception {
        FakeNode node = new FakeNode("node-1", tls);
        opened.add(node);
        AtomicInteger calls = new AtomicInteger();
        node.onStream(WatchServiceGrpc.getWatchPeersMethod(), (request, observer) -> {
            if (calls.incrementAndGet() < 4) {
                observer.onError(io.omnirelay.transport.Errors.toGrpc(RegistryException.of(code, "not now", "")));
            } else {
                observer.onNext(FakeFeed.message(1, true)
                        .setOpened(WatchOpened.getDefaultInstance())
                        .build());
            }
        });
        client(node).watch(PEERS, log);
        log.await("OPENED@1");
        assertThat(log.closings()).isZero();
    }

    @Test
    void watch_credentialThatExpires_isFetchedAnew() throws Exception {
        FakeNode node = node("node-1");
        client(node).watch(PEERS, log);
        log.await("SYNCED@0");
        feed.failAll(ErrorCode.UNAUTHENTICATED);
        feed.awaitStreams(1);
        feed.put("a", "1");
        log.await("CHANGE@1");
        assertThat(node.authorizations()).containsExactly("Bearer token-1", "Bearer token-2");
    }

    @Test
    void watch_untilSynced_isComplete() throws Exception {
        feed.put("a", "1");
        client(node("node-1")).watch(from(WatchOptions.newBuilder().setUntilSynced(true)), log);
        assertThat(log.awaitFailure()).isNull();
        assertThat(log.told()).containsExactly("OPENED@1", "STATE@1", "SYNCED@1");
    }

    @Test
    void watch_severalWatches_areSpreadOverTheNodes() throws Exception {
        MeshKitClient client = client(node("node-1"), node("node-2"), node("node-3"));
        for (int i = 0; i < 9; i++) {
            client.watch(PEERS, log);
        }
        assertThat(feed.awaitStreams(9).stream()
                        .collect(Collectors.groupingBy(stream -> stream.node().id(), Collectors.counting())))
                .containsOnly(
                        org.assertj.core.api.Assertions.entry("node-1", 3L),
                        org.assertj.core.api.Assertions.entry("node-2", 3L),
                        org.assertj.core.api.Assertions.entry("node-3", 3L));
    }

    @Test
    void watch_slowListener_slowsItsStreamAndNoOther() throws Exception {
        int total = 600;
        int bytes = 64 << 10;
        CountDownLatch release = new CountDownLatch(1);
        List<Long> slow = new ArrayList<>();
        FakeNode node = new FakeNode("node-1", tls);
        opened.add(node);
        AtomicInteger sent = new AtomicInteger();
        node.onStream(WatchServiceGrpc.getWatchPeersMethod(), (request, observer) -> {
            observer.onNext(FakeFeed.message(0, true)
                    .setOpened(WatchOpened.newBuilder().setStart(WatchStart.WATCH_START_NOW))
                    .build());
            if (request.getId().equals("quick")) {
                observer.onNext(big(1, 10));
            } else {
                observer.setOnReadyHandler(() -> fill(observer, sent, total, bytes));
            }
        });
        MeshKitClient client = client(node);
        WatchListener listener = message -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (message.hasChange()) {
                synchronized (slow) {
                    slow.add(message.getRevision());
                    slow.notifyAll();
                }
            }
        };
        client.watch(WatchPeersRequest.newBuilder().setId("slow").build(), listener);
        int before = -1;
        for (int calm = 0; calm < 20 || sent.get() == 0; calm = sent.get() == before ? calm + 1 : 0) {
            before = sent.get();
            Thread.sleep(25);
        }
        assertThat((long) sent.get() * bytes).as("bytes under way").isPositive().isLessThan(16L << 20);
        client.watch(WatchPeersRequest.newBuilder().setId("quick").build(), log);
        log.await("CHANGE@1");
        release.countDown();
        synchronized (slow) {
            while (slow.size() < total) {
                slow.wait();
            }
        }
        assertThat(slow).isEqualTo(LongStream.rangeClosed(1, total).boxed().toList());
    }

    private static void fill(
            ServerCallStreamObserver<WatchResponse> observer, AtomicInteger sent, int total, int bytes) {
        while (sent.get() < total && observer.isReady()) {
            observer.onNext(big(sent.incrementAndGet(), bytes));
        }
    }

    private static WatchResponse big(long revision, int bytes) {
        Peer peer = Peer.newBuilder()
                .setIdBytes(ByteString.copyFrom(new byte[bytes]))
                .build();
        return FakeFeed.message(revision, true)
                .setChange(WatchChange.newBuilder()
                        .addEvents(WatchEvent.newBuilder()
                                .setRecord(RegistryRecord.newBuilder().setPeer(peer))))
                .build();
    }

    @Test
    void close_endsTheThreadAndTheStream() throws Exception {
        Watch watch = client(node("node-1")).watch(PEERS, log);
        log.await("SYNCED@0");
        watch.close();
        watch.close();
        assertThat(watch.awaitClosed(SOON)).isTrue();
        assertThat(log.awaitFailure()).isNull();
        assertThat(log.closings()).isEqualTo(1);
        feed.awaitStreams(0);
        awaitNoWatchThread();
    }

    @Test
    void close_whileNoNodeAnswers_endsTheThread() throws Exception {
        FakeNode node = node("node-1");
        MeshKitClient client = client(node);
        node.stop();
        Watch watch = client.watch(PEERS, log);
        watch.close();
        assertThat(watch.awaitClosed(SOON)).isTrue();
        assertThat(log.closings()).isEqualTo(1);
        node.start();
    }

    @Test
    void close_ofTheClient_closesItsWatches() throws Exception {
        MeshKitClient client = client(node("node-1"));
        List<Watch> watches = List.of(client.watch(PEERS, log), client.watch(PEERS, new WatchLog()));
        log.await("SYNCED@0");
        client.close();
        for (Watch watch : watches) {
            assertThat(watch.awaitClosed(SOON)).isTrue();
        }
        awaitNoWatchThread();
        assertThatThrownBy(() -> client.watch(PEERS, log)).isInstanceOf(IllegalStateException.class);
    }

    private static void awaitNoWatchThread() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("meshkit-watch-")) {
                thread.join();
            }
        }
    }

    @Test
    void watch_listenerThatThrows_ends() throws Exception {
        WatchLog closing = new WatchLog();
        client(node("node-1")).watch(PEERS, new WatchListener() {
            @Override
            public void onMessage(WatchResponse message) {
                throw new IllegalStateException("boom");
            }

            @Override
            public void onClosed(RegistryException failure) {
                closing.onClosed(failure);
            }
        });
        RegistryException failure = closing.awaitFailure();
        assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(failure).hasMessageContaining("boom").hasRootCauseMessage("boom");
    }

    @Test
    void watch_requestThatNoVerbWatches_isRefused() {
        MeshKitClient client = client(node("node-1"));
        assertThatThrownBy(() -> client.watch(GetPeerRequest.getDefaultInstance(), log))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GetPeerRequest");
    }

    @Test
    void watch_unknownNode_ends() throws Exception {
        client(node("node-1")).watch(PEERS, WatchSettings.DEFAULT.withNode("node-9"), log);
        assertThat(log.awaitFailure().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void blockingWatch_isFetchedSignalBySignal() throws Exception {
        feed.put("a", "1");
        try (BlockingWatch watch = client(node("node-1")).blockingWatch(PEERS, WatchSettings.DEFAULT)) {
            assertThat(watch.next(SOON)).isEqualTo(new WatchSignal.Connected("node-1"));
            List<Object> events = new ArrayList<>();
            while (events.size() < 3) {
                events.add(((WatchSignal.Received) watch.next(SOON)).message().getEventCase());
            }
            assertThat(events)
                    .containsExactly(
                            WatchResponse.EventCase.OPENED,
                            WatchResponse.EventCase.STATE,
                            WatchResponse.EventCase.SYNCED);
            assertThat(watch.next(Duration.ZERO)).isNull();
            assertThat(watch.hasEnded()).isFalse();
            watch.close();
            assertThat(watch.next(SOON)).isNull();
            assertThat(watch.hasEnded()).isTrue();
        }
    }

    @Test
    void blockingWatch_failure_isThrown() throws Exception {
        try (BlockingWatch watch = client(node("node-1"))
                .blockingWatch(from(WatchOptions.newBuilder().setResumeToken("forged")), WatchSettings.DEFAULT)) {
            assertThatThrownBy(() -> {
                        while (true) {
                            watch.next(SOON);
                        }
                    })
                    .isInstanceOf(RegistryException.class);
        }
    }
}
