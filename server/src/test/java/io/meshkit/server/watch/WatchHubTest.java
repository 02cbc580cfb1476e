package io.meshkit.server.watch;

import static io.meshkit.server.watch.WatchFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.ApplyListener;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.RecordDenialsRequest;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchRequest;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchShardsRequest;
import io.meshkit.v1.WatchStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchHubTest {
    private static final WatchLimits SMALL = new WatchLimits(3, 8, 1 << 20, 2, Duration.ofHours(1));

    private WatchFixture node = new WatchFixture(SMALL);

    @AfterEach
    void stop() {
        node.close();
    }

    private static WatchRequest from(WatchStart start) {
        return WatchRequest.newBuilder()
                .setWatch(WatchOptions.newBuilder().setStart(start))
                .build();
    }

    private static WatchRequest fromRevision(long revision) {
        return WatchRequest.newBuilder()
                .setWatch(WatchOptions.newBuilder()
                        .setStart(WatchStart.WATCH_START_REVISION)
                        .setFromRevision(revision))
                .build();
    }

    private static WatchRequest resume(String token) {
        return WatchRequest.newBuilder()
                .setWatch(WatchOptions.newBuilder().setResumeToken(token))
                .build();
    }

    private static List<Long> revisions(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static RegistryException refusal(Runnable call) {
        try {
            call.run();
        } catch (RegistryException e) {
            return e;
        }
        throw new AssertionError("not refused");
    }

    @Test
    void denials_areNoEvent_andTheNextChangeComes() {
        RecordingSink sink = node.watch(from(WatchStart.WATCH_START_UNSPECIFIED));
        await(sink::hasSynced);
        RecordDenialsRequest denials = RecordDenialsRequest.newBuilder()
                .addAttempts(DeniedAttempt.newBuilder()
                        .setActor("bob")
                        .setVerb("CordonPeer")
                        .setCode("FORBIDDEN")
                        .setCount(3))
                .build();
        node.mutate(denials);
        node.mutate(denials);
        node.register("after", "gateway");
        await(() -> sink.reached() == 3);
        assertThat(sink.revisions()).containsExactly(3L);

        // The journal is read as the ring is.
        RecordingSink late = node.watch(fromRevision(1));
        await(() -> late.reached() == 3);
        assertThat(late.revisions()).containsExactly(3L);
    }

    @Test
    void initialState_thenChanges_inOneOrder() {
        node.register("a", "gateway");
        node.register("b", "worker");

        RecordingSink sink = node.watch(from(WatchStart.WATCH_START_UNSPECIFIED));
        await(sink::hasSynced);
        node.register("c", "worker");
        await(() -> sink.reached() == 3);

        assertThat(sink.received())
                .extracting(WatchResponse::getEventCase)
                .containsExactly(
                        WatchResponse.EventCase.OPENED,
                        WatchResponse.EventCase.STATE,
                        WatchResponse.EventCase.SYNCED,
                        WatchResponse.EventCase.CHANGE);
        assertThat(sink.received().get(0).getResumeToken()).isEmpty();
        assertThat(sink.received().get(1).getResumeToken()).isEmpty();
        assertThat(sink.received().get(1).getState().getRecordsList())
                .extracting(record -> record.getPeer().getId())
                .containsExactly("a", "b");
        assertThat(sink.received().get(2).getSynced().getRecords()).isEqualTo(2);
        assertThat(sink.received().get(2).getRevision()).isEqualTo(2);
        assertThat(sink.received().get(2).getResumeToken()).isNotEmpty();
        var change = sink.received().get(3).getChange();
        assertThat(change.getVerb()).isEqualTo("RegisterPeer");
        assertThat(change.getActor()).isEqualTo("tester");
        assertThat(change.getEvents(0).getType()).isEqualTo(WatchEventType.WATCH_EVENT_TYPE_PUT);
        assertThat(change.getEvents(0).hasPrevious()).isFalse();
    }

    @Test
    void untilSynced_endsWithTheWholeState() {
        for (int i = 0; i < 7_000; i++) {
            node.register("peer-" + i, "worker");
        }

        RecordingSink sink = node.watch(WatchPeersRequest.newBuilder()
                .setWatch(WatchOptions.newBuilder().setUntilSynced(true))
                .build());
        await(() -> sink.completed);

        assertThat(sink.received().stream()
                        .flatMap(message -> message.getState().getRecordsList().stream())
                        .map(record -> record.getPeer().getId())
                        .distinct())
                .hasSize(7_000);
        assertThat(sink.received().stream().filter(WatchResponse::hasState).count())
                .isGreaterThan(1);
        assertThat(sink.received().getLast().getSynced().getRecords()).isEqualTo(7_000);
    }

    @Test
    void initialState_readWhileTheStateChanges_showsOneRevision() {
        for (int i = 0; i < 6_000; i++) {
            node.register(String.format("p%05d", i), "worker");
        }
        RecordingSink sink = new RecordingSink();
        sink.limit = 2;
        node.watch(from(WatchStart.WATCH_START_UNSPECIFIED), sink);
        await(() -> sink.received().size() == 2);
        node.register("p00000x", "worker");
        node.register("z", "worker");
        node.mutate(CordonPeerRequest.newBuilder().setId("p05999").build());

        assertThat(records(sink)).hasSizeBetween(1, 5_999);
        sink.limit = Integer.MAX_VALUE;
        await(() -> sink.reached() == 6_003);

        assertThat(records(sink))
                .isEqualTo(IntStream.range(0, 6_000)
                        .mapToObj(i -> String.format("p%05d", i))
                        .toList());
        assertThat(sink.revisions()).isEqualTo(revisions(6_001, 6_003));
        assertThat(sink.received().stream().filter(WatchResponse::hasState))
                .extracting(WatchResponse::getRevision)
                .containsOnly(6_000L);
    }

    private static List<String> records(RecordingSink sink) {
        List<String> names = new ArrayList<>();
        for (WatchResponse message : sink.received()) {
            for (RegistryRecord record : message.getState().getRecordsList()) {
                names.add(record.getPeer().getId());
            }
        }
        return names;
    }

    @Test
    void filter_recordThatStopsToMatch_leaves() {
        RecordingSink sink = node.watch(WatchPeersRequest.newBuilder()
                .setLabelSelector("tier=gold")
                .setWatch(WatchOptions.newBuilder().setStart(WatchStart.WATCH_START_NOW))
                .build());
        node.register("a", "worker");
        node.mutate(
                LabelPeerRequest.newBuilder().setId("a").putSet("tier", "gold").build());
        node.mutate(
                LabelPeerRequest.newBuilder().setId("a").putSet("tier", "tin").build());
        node.mutate(LabelPeerRequest.newBuilder().setId("a").putSet("x", "y").build());
        await(() -> sink.revisions().equals(List.of(2L, 3L)));

        assertThat(sink.changes())
                .extracting(message -> message.getChange().getEvents(0).getType())
                .containsExactly(WatchEventType.WATCH_EVENT_TYPE_PUT, WatchEventType.WATCH_EVENT_TYPE_LEAVE);
    }

    @Test
    void stalled_watcherCatchesUpFromTheJournal_andDelaysNobody() {
        RecordingSink stalled = node.watch(from(WatchStart.WATCH_START_NOW));
        stalled.ready = false;
        RecordingSink other = node.watch(from(WatchStart.WATCH_START_NOW));

        for (int i = 0; i < 100; i++) {
            node.register("peer-" + i, "worker");
        }
        await(() -> other.revisions().equals(revisions(1, 100)));
        assertThat(stalled.revisions()).isEmpty();
        assertThat(node.hub.feed().size()).isEqualTo(8);
        assertThat(node.hub.lagMax()).isEqualTo(100);

        stalled.ready = true;
        await(() -> stalled.revisions().equals(revisions(1, 100)));
        assertThat(node.metrics.catchUps()).isPositive();
    }

    @Test
    void resume_afterAnyMessage_continuesWithoutAGap() {
        RecordingSink first = node.watch(from(WatchStart.WATCH_START_NOW));
        for (int i = 0; i < 20; i++) {
            node.register("peer-" + i, "worker");
        }
        await(() -> first.reached() == 20);

        for (WatchResponse message : first.received()) {
            try (WatchFixture other = new WatchFixture(SMALL)) {
                for (int i = 0; i < 25; i++) {
                    other.register("peer-" + i, "worker");
                }
                RecordingSink resumed = other.watch(resume(message.getResumeToken()));
                await(() -> resumed.reached() == 25);
                assertThat(resumed.revisions()).isEqualTo(revisions(message.getRevision() + 1, 25));
            }
        }
    }

    @Test
    void token_thatDoesNotHold_isRefusedWithItsReason() {
        RecordingSink sink = node.watch(from(WatchStart.WATCH_START_NOW));
        String token = sink.token();
        String forged = token.substring(0, token.length() - 2) + (token.endsWith("AA") ? "BB" : "AA");

        assertThat(refusal(() -> node.watch(resume(forged))).getMessage()).contains("not made by this registry");
        assertThat(refusal(() -> node.watch(resume("%%%"))).getMessage()).contains("not made by this registry");
        assertThat(refusal(() -> node.watch(resume("A".repeat(10_000)))).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(() -> node.watch(WatchShardsRequest.newBuilder()
                                .setWatch(WatchOptions.newBuilder().setResumeToken(token))
                                .build()))
                        .getMessage())
                .contains("another filter");
        try (WatchFixture foreign = new WatchFixture(SMALL, "22222222-2222-2222-2222-222222222222")) {
            assertThat(refusal(() -> foreign.watch(resume(token))).getMessage()).contains("another quorum");
        }
    }

    @Test
    void compactedPosition_isSaidSo_atTheStartAndLater() {
        RecordingSink stalled = node.watch(from(WatchStart.WATCH_START_NOW));
        stalled.ready = false;
        String token = stalled.token();
        for (int i = 0; i < 50; i++) {
            node.register("peer-" + i, "worker");
        }
        node.compact(31);

        RegistryException atStart = refusal(() -> node.watch(resume(token)));
        assertThat(atStart.code()).isEqualTo(ErrorCode.COMPACTED);
        assertThat(atStart.detail().getLowWatermarkRevision()).isEqualTo(31);
        assertThat(refusal(() -> node.watch(fromRevision(30))).code()).isEqualTo(ErrorCode.COMPACTED);
        RecordingSink kept = node.watch(fromRevision(31));
        await(() -> kept.revisions().equals(revisions(31, 50)));

        stalled.ready = true;
        await(() -> stalled.failure != null);
        assertThat(stalled.failure.code()).isEqualTo(ErrorCode.COMPACTED);
        assertThat(stalled.failure.detail().getLowWatermarkRevision()).isEqualTo(31);
        assertThat(stalled.revisions()).isEmpty();
    }

    @Test
    void fromRevision_ofTheFuture_isRefused() {
        node.register("a", "worker");
        assertThat(refusal(() -> node.watch(fromRevision(3))).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        RecordingSink next = node.watch(fromRevision(2));
        node.register("b", "worker");
        await(() -> next.revisions().equals(List.of(2L)));
    }

    @Test
    void watchers_beyondTheLimit_areOverloaded() {
        List<WatchHub.Ticket> tickets = List.of(node.hub.admit(), node.hub.admit(), node.hub.admit());

        assertThatThrownBy(node.hub::admit)
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
        tickets.getFirst().close();
        tickets.getFirst().close();
        assertThat(node.hub.watchers()).isEqualTo(2);
        node.hub.admit().close();
    }

    @Test
    void manyWatchers_someStalled_loseNothing_andMemoryStaysBounded() {
        int watchers = Integer.getInteger("watch.watchers", 200);
        int changes = Integer.getInteger("watch.changes", 500);
        List<RecordingSink> reading = new ArrayList<>();
        List<RecordingSink> stalled = new ArrayList<>();
        for (int i = 0; i < watchers; i++) {
            RecordingSink sink = node.watch(from(WatchStart.WATCH_START_NOW));
            sink.ready = i % 20 != 0;
            (sink.ready ? reading : stalled).add(sink);
        }
        for (int i = 0; i < changes; i++) {
            node.register("peer-" + i, "worker");
        }
        List<Long> all = revisions(1, changes);
        for (RecordingSink sink : reading) {
            await(() -> sink.reached() == changes);
            assertThat(sink.revisions()).isEqualTo(all);
        }
        assertThat(stalled).allSatisfy(sink -> assertThat(sink.changes()).isEmpty());
        assertThat(node.hub.feed().size()).isEqualTo(SMALL.bufferRevisionsMax());

        RecordingSink resumed = node.watch(resume(stalled.getFirst().token()));
        await(() -> resumed.reached() == changes);
        assertThat(resumed.revisions()).isEqualTo(all);
        stalled.forEach(sink -> sink.ready = true);
        for (RecordingSink sink : stalled) {
            await(() -> sink.reached() == changes);
            assertThat(sink.revisions()).isEqualTo(all);
        }
    }

    @Test
    void silence_isBrokenByBookmarks_whichCarryThePosition() {
        node.close();
        node = new WatchFixture(new WatchLimits(3, 8, 1 << 20, 2, Duration.ofMillis(20)));
        RecordingSink sink = node.watch(WatchShardsRequest.newBuilder()
                .setWatch(WatchOptions.newBuilder().setStart(WatchStart.WATCH_START_NOW))
                .build());
        node.register("a", "worker");
        // The watch may have begun after the change: then what comes first says that it is in sync.
        await(() -> !sink.received().isEmpty()
                && sink.received().getLast().hasBookmark()
                && sink.received().getLast().getBookmark().getNodeRevision() == 1);

        assertThat(sink.changes()).isEmpty();
        assertThat(sink.reached()).isEqualTo(1);
        assertThat(sink.received().getLast().getResumeToken()).isNotEmpty();
    }

    @Test
    void rights_takenBack_endTheStream() {
        node.close();
        node = new WatchFixture(new WatchLimits(3, 8, 1 << 20, 2, Duration.ofMillis(20)));
        RecordingSink sink = node.watch(from(WatchStart.WATCH_START_NOW));
        sink.ready = false;
        sink.revoked = RegistryException.of(ErrorCode.FORBIDDEN, "revoked", "");

        await(() -> sink.failure != null);
        assertThat(sink.failure.code()).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void replacedState_isFollowedFromTheJournal() {
        RecordingSink sink = node.watch(from(WatchStart.WATCH_START_NOW));
        node.register("a", "worker");
        await(() -> sink.reached() == 1);
        // Entries that a snapshot brings are not announced.
        node.replica.listen(ApplyListener.NONE);
        node.register("b", "worker");
        node.register("c", "worker");
        node.replica.listen(node.hub);
        node.hub.replaced(9);
        await(() -> sink.reached() == 3);
        node.register("d", "worker");

        await(() -> sink.revisions().equals(revisions(1, 4)));
    }

    @Test
    void close_endsEveryStream() {
        RecordingSink sink = node.watch(from(WatchStart.WATCH_START_NOW));
        node.hub.close();

        assertThat(sink.failure.code().retryable()).isTrue();
        assertThat(refusal(node.hub::admit).code()).isEqualTo(ErrorCode.NO_LEADER);
    }
}
