package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.domain.query.Past;
import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.CompactJournalRequest;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.DiffShardsRequest;
import io.meshkit.v1.DiffShardsResponse;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.ListShardHistoryRequest;
import io.meshkit.v1.ListShardHistoryResponse;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.UpsertShardRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists during writes, what became of shards, and the journal's end. */
class PagingTest {
    private Registry registry;

    @BeforeEach
    void fill() {
        registry = new Registry();
        registry.mutate(Make.register("one"));
        registry.mutate(Make.register("two"));
        for (int i = 0; i < 20; i++) {
            upsert("s" + (char) ('a' + i), "one");
        }
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void upsert(String id, String owner) {
        Registry.Answer answer = registry.mutate(UpsertShardRequest.newBuilder()
                .setShard(Shard.newBuilder()
                        .setNamespace("n")
                        .setShardId(id)
                        .setStrategyId("rendezvous")
                        .setOwnerNodeId(owner))
                .build());
        assertThat(answer.isRejected()).isFalse();
    }

    private void assign(String id, String owner) {
        assertThat(registry.mutate(AssignShardRequest.newBuilder()
                                .setNamespace("n")
                                .setShardId(id)
                                .setOwnerNodeId(owner)
                                .build())
                        .isRejected())
                .isFalse();
    }

    private void compact(long keepFrom) {
        assertThat(registry.mutate(CompactJournalRequest.newBuilder()
                                .setKeepFromRevision(keepFrom)
                                .build())
                        .isRejected())
                .isFalse();
    }

    private static PageRequest page(int size, String cursor) {
        return PageRequest.newBuilder().setSize(size).setCursor(cursor).build();
    }

    @Test
    void pages_duringWrites_showTheRevisionOfTheFirst_byTheIndexToo() {
        for (String owner : List.of("", "one")) {
            ListShardsRequest list =
                    ListShardsRequest.newBuilder().setOwnerNodeId(owner).build();
            List<Shard> before = registry.query(
                            list.toBuilder().setPage(page(500, "")).build(), ListShardsResponse.class)
                    .getShardsList();
            List<Shard> seen = new ArrayList<>();
            String cursor = "";
            do {
                ListShardsResponse next =
                        registry.query(list.toBuilder().setPage(page(3, cursor)).build(), ListShardsResponse.class);
                seen.addAll(next.getShardsList());
                cursor = next.getNextCursor();
                assign("sb", seen.size() % 2 == 0 ? "two" : "one");
                assign("st", seen.size() % 2 == 0 ? "" : "two");
                upsert("sz" + owner + seen.size(), "one");
                registry.mutate(DeleteShardRequest.newBuilder()
                        .setNamespace("n")
                        .setShardId("s" + (char) ('c' + seen.size()))
                        .build());
            } while (!cursor.isEmpty());
            assertThat(seen).isEqualTo(before);
        }
    }

    @Test
    void pages_ofTheAuditHistory_endWhereTheListBegan() {
        ListAuditResponse first = registry.query(
                ListAuditRequest.newBuilder().setPage(page(20, "")).build(), ListAuditResponse.class);
        upsert("later", "one");
        ListAuditResponse second = registry.query(
                ListAuditRequest.newBuilder()
                        .setPage(page(20, first.getNextCursor()))
                        .build(),
                ListAuditResponse.class);

        assertThat(second.getEntriesList())
                .extracting(entry -> entry.getRevision())
                .containsExactly(21L, 22L);
        assertThat(second.getNextCursor()).isEmpty();
    }

    @Test
    void cursor_afterTooManyChanges_isCompacted() {
        ListPeersResponse first = registry.query(
                ListPeersRequest.newBuilder().setPage(page(1, "")).build(), ListPeersResponse.class);
        for (int i = 0; i < Past.REVISIONS_MAX + 1; i++) {
            assign("sa", i % 2 == 0 ? "two" : "one");
        }
        ErrorDetail error = registry.refused(ListPeersRequest.newBuilder()
                .setPage(page(1, first.getNextCursor()))
                .build());

        assertThat(error.getCode()).isEqualTo("COMPACTED");
        assertThat(error.getLowWatermarkRevision()).isEqualTo(1);
    }

    @Test
    void cursor_forgedOrForeign_isRefusedWithItsReason() {
        for (String cursor : List.of("x", "%", "A".repeat(100), "A".repeat(9_000))) {
            ErrorDetail error = registry.refused(
                    ListPeersRequest.newBuilder().setPage(page(1, cursor)).build());
            assertThat(error.getCode()).isEqualTo("INVALID_REQUEST");
            assertThat(error.getField()).isEqualTo("page.cursor");
        }
    }

    @Test
    void diff_tellsEveryChangeOnce_inPages() {
        assign("sa", "two");
        registry.mutate(DeleteShardRequest.newBuilder()
                .setNamespace("n")
                .setShardId("sb")
                .build());
        List<ShardDiff> diffs = new ArrayList<>();
        String cursor = "";
        long last;
        do {
            DiffShardsResponse next = registry.query(
                    DiffShardsRequest.newBuilder()
                            .setPage(page(7, cursor))
                            .setFromVersion(2)
                            .build(),
                    DiffShardsResponse.class);
            diffs.addAll(next.getDiffsList());
            cursor = next.getNextCursor();
            last = next.getLastPosition();
        } while (!cursor.isEmpty());

        assertThat(diffs)
                .extracting(ShardDiff::getPosition)
                .isEqualTo(IntStream.rangeClosed(3, 24).mapToObj(i -> (long) i).toList());
        assertThat(last).isEqualTo(24);
        assertThat(diffs.get(20).getPrevious().getOwnerNodeId()).isEqualTo("one");
        assertThat(diffs.get(20).getCurrent().getOwnerNodeId()).isEqualTo("two");
        assertThat(diffs.get(20).getHistory().getPreviousOwnerNodeId()).isEqualTo("one");
        assertThat(diffs.get(21).hasCurrent()).isFalse();
        assertThat(diffs.get(21).getHistory().getDeleted()).isTrue();
        DiffShardsRequest byOwner = DiffShardsRequest.newBuilder()
                .setFromVersion(22)
                .setOwnerNodeId("two")
                .build();
        assertThat(registry.query(byOwner, DiffShardsResponse.class).getDiffsList())
                .extracting(ShardDiff::getPosition)
                .containsExactly(23L);
    }

    @Test
    void diff_ofWhatIsNotThere_isRefused() {
        assertThat(registry.refused(
                                DiffShardsRequest.newBuilder().setToVersion(99).build())
                        .getField())
                .isEqualTo("toVersion");
        assertThat(registry.refused(DiffShardsRequest.newBuilder()
                                .setFromVersion(9)
                                .setToVersion(3)
                                .build())
                        .getField())
                .isEqualTo("fromVersion");
        assertThat(registry.refused(DiffShardsRequest.newBuilder()
                                .setFromVersion(-1)
                                .build())
                        .getField())
                .isEqualTo("fromVersion");
        compact(10);
        ErrorDetail gone = registry.refused(
                DiffShardsRequest.newBuilder().setFromVersion(8).build());
        assertThat(gone.getCode()).isEqualTo("COMPACTED");
        assertThat(gone.getLowWatermarkRevision()).isEqualTo(10);
        assertThat(registry.query(
                                DiffShardsRequest.newBuilder().setFromVersion(9).build(), DiffShardsResponse.class)
                        .getDiffsCount())
                .isEqualTo(13);
    }

    @Test
    void compaction_keepsTheEndAndTheChainAndTheLastOfEachShard() {
        long bytes = StateMeta.journalBytes(registry.store);
        for (int i = 0; i < 6; i++) {
            assign("sa", i % 2 == 0 ? "two" : "one");
        }
        compact(100);

        assertThat(StateMeta.revision(registry.store)).isEqualTo(28);
        assertThat(StateMeta.oldestKept(registry.store)).isEqualTo(28);
        assertThat(StateMeta.lowWatermark(registry.store)).isEqualTo(28);
        assertThat(StateMeta.journalBytes(registry.store)).isPositive().isLessThan(bytes);
        ListShardHistoryRequest history = ListShardHistoryRequest.newBuilder()
                .setNamespace("n")
                .setShardId("sc")
                .build();
        assertThat(registry.query(history, ListShardHistoryResponse.class).getHistoryCount())
                .isEqualTo(1);
        assertThat(registry.query(history.toBuilder().setShardId("sa").build(), ListShardHistoryResponse.class)
                        .getHistoryList())
                .extracting(row -> row.getRevision())
                .containsExactly(28L);
        assertThat(registry.query(ListAuditRequest.getDefaultInstance(), ListAuditResponse.class)
                        .getEntriesCount())
                .isEqualTo(1);
        assertThat(registry.query(
                                ListAuditRequest.newBuilder()
                                        .setKind("peer")
                                        .setName("one")
                                        .build(),
                                ListAuditResponse.class)
                        .getEntriesCount())
                .isZero();
        registry.mutate(DeleteShardRequest.newBuilder()
                .setNamespace("n")
                .setShardId("sa")
                .build());
        upsert("sa", "one");
        assertThat(registry.query(ListShardsRequest.getDefaultInstance(), ListShardsResponse.class)
                        .getShards(0)
                        .getOwnerEpoch())
                .isGreaterThan(7);
    }

    @Test
    void compaction_isBoundedPerCommand() {
        for (int i = 0; i < 1_200; i++) {
            assign("sa", i % 2 == 0 ? "two" : "one");
        }
        compact(1_200);
        assertThat(StateMeta.oldestKept(registry.store)).isEqualTo(501);
        compact(1_200);
        compact(1_200);
        compact(1_200);
        assertThat(StateMeta.oldestKept(registry.store)).isEqualTo(1_200);
    }
}
