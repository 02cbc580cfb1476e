package io.meshkit.server.compat;

import static io.meshkit.server.compat.Make.change;
import static io.meshkit.server.compat.Make.delete;
import static io.meshkit.server.compat.Make.put;
import static io.meshkit.server.compat.Make.record;
import static io.meshkit.server.compat.Make.shard;
import static io.meshkit.server.compat.Make.state;
import static io.meshkit.server.compat.Make.synced;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardFeedTest {
    private final ShardFeed feed = new ShardFeed();

    @Test
    void initialState_isToldByPositionsThatDoNotClaimIt_untilItIsComplete() {
        List<ShardDiff> told = new ArrayList<>();
        told.addAll(feed.of(state(record(shard("a", "n1", 1)), record(shard("b", "n1", 1)))));
        told.addAll(feed.of(state(record(shard("c", "n1", 1)))));
        assertThat(told).extracting(ShardDiff::getPosition).containsExactly(0L, 0L);

        told.addAll(feed.of(synced(42)));

        assertThat(told).extracting(ShardDiff::getPosition).containsExactly(0L, 0L, 42L);
        assertThat(told).extracting(diff -> diff.getCurrent().getShardId()).containsExactly("a", "b", "c");
        assertThat(told).noneMatch(ShardDiff::hasHistory);
    }

    @Test
    void synced_withoutAnyShard_tellsNothing() {
        assertThat(feed.of(synced(42))).isEmpty();
    }

    @Test
    void bookmark_tellsNothing() {
        assertThat(feed.of(WatchResponse.newBuilder()
                        .setRevision(9)
                        .setBookmark(WatchBookmark.getDefaultInstance())
                        .build()))
                .isEmpty();
    }

    @Test
    void change_saysWhoWhyAndWhoOwnedItBefore() {
        List<ShardDiff> told =
                feed.of(change(43, "AssignShard", put(record(shard("a", "n1", 1)), record(shard("a", "n2", 2)))));

        assertThat(told).hasSize(1);
        ShardDiff diff = told.getFirst();
        assertThat(diff.getPosition()).isEqualTo(43);
        assertThat(diff.getPrevious().getOwnerNodeId()).isEqualTo("n1");
        assertThat(diff.getCurrent().getOwnerNodeId()).isEqualTo("n2");
        assertThat(diff.getHistory().getActor()).isEqualTo("admin");
        assertThat(diff.getHistory().getPreviousOwnerNodeId()).isEqualTo("n1");
        assertThat(diff.getHistory().getVersion()).isEqualTo(2);
    }

    @Test
    void transaction_onlyItsLastDiffClaimsTheRevision() {
        List<ShardDiff> told = feed.of(change(
                43,
                "Transact",
                put(null, record(shard("a", "n1", 1))),
                delete(record(shard("b", "n1", 1))),
                put(null, record(shard("c", "n1", 1)))));

        assertThat(told).extracting(ShardDiff::getPosition).containsExactly(42L, 42L, 43L);
        assertThat(told.get(1).hasCurrent()).isFalse();
        assertThat(told.get(1).getPrevious().getShardId()).isEqualTo("b");
    }

    @Test
    void resumable_neighboursOfSeveralRevisions_eachKeepsItsLast() {
        List<ShardDiff> diffs = List.of(diff(7), diff(7), diff(9), diff(9), diff(10));

        assertThat(ShardFeed.resumable(diffs))
                .extracting(ShardDiff::getPosition)
                .containsExactly(6L, 7L, 8L, 9L, 10L);
    }

    private static ShardDiff diff(long position) {
        return ShardDiff.newBuilder().setPosition(position).build();
    }
}
