package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Shard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SortingProperties {
    /** Whatever the numbers: paged and sorted is what sorting in memory gives. */
    @Property(tries = 60)
    void shards_sortedInPages_equalSortingInMemory(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 3) Integer> capacities,
            @ForAll @IntRange(min = 1, max = 5) int size,
            @ForAll boolean descending) {
        try (Registry fresh = new Registry()) {
            for (int i = 0; i < capacities.size(); i++) {
                fresh.mutate(Make.upsert(Shard.newBuilder()
                        .setNamespace("n")
                        .setShardId("s" + (char) ('a' + i))
                        .setStrategyId("rendezvous")
                        .setCapacityHint(capacities.get(i) / 2.0)
                        .build()));
            }
            String orderBy = descending ? "capacityHint desc" : "capacityHint";
            List<Shard> seen = new ArrayList<>();
            String cursor = "";
            do {
                ListShardsResponse page = fresh.query(
                        ListShardsRequest.newBuilder()
                                .setOrderBy(orderBy)
                                .setPage(PageRequest.newBuilder().setSize(size).setCursor(cursor))
                                .build(),
                        ListShardsResponse.class);
                seen.addAll(page.getShardsList());
                cursor = page.getNextCursor();
            } while (!cursor.isEmpty());

            List<Shard> expected =
                    new ArrayList<>(fresh.query(ListShardsRequest.getDefaultInstance(), ListShardsResponse.class)
                            .getShardsList());
            Comparator<Shard> byCapacity = Comparator.comparing(Shard::getCapacityHint);
            expected.sort(descending ? byCapacity.reversed() : byCapacity);
            assertThat(seen).isEqualTo(expected);
        }
    }
}
