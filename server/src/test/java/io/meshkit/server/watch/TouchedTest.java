package io.meshkit.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.RecordChange;
import java.util.List;
import org.junit.jupiter.api.Test;

class TouchedTest {
    private final Touched touched = new Touched();

    private void shard(long revision, String name) {
        touched.touch(new FeedItem(AuditEntry.newBuilder()
                .setRevision(revision)
                .addChanges(RecordChange.newBuilder().setKind("shard").setName(name))
                .build()));
    }

    @Test
    void last_isTheNewestRevisionAboutAnyOfTheTopics() {
        shard(1, "a/1");
        shard(2, "b/1");
        shard(3, "b/2");
        assertThat(touched.last(List.of("shard/a"))).isEqualTo(1);
        assertThat(touched.last(List.of("shard=b/1"))).isEqualTo(2);
        assertThat(touched.last(List.of("shard/a", "shard/b"))).isEqualTo(3);
        assertThat(touched.last(List.of("shard"))).isEqualTo(3);
        assertThat(touched.last(List.of("peer"))).isZero();
        assertThat(touched.last(List.of())).isZero();
    }

    @Test
    void last_ofWhatWasForgotten_isWhereItWasForgotten() {
        shard(1, "a/1");
        touched.forget(7);
        assertThat(touched.last(List.of("shard/a"))).isEqualTo(7);
        assertThat(touched.last(List.of("shard/never"))).isEqualTo(7);
        shard(8, "b/1");
        assertThat(touched.last(List.of("shard/a"))).isEqualTo(7);
    }

    @Test
    void touch_ofMoreTopicsThanAreKept_forgets() {
        for (int i = 1; i <= Touched.TOPICS_MAX; i++) {
            shard(i, "n/" + i);
        }
        long last = Touched.TOPICS_MAX;
        assertThat(touched.last(List.of("shard/never"))).isPositive().isLessThanOrEqualTo(last);
        shard(last + 1, "n/1");
        assertThat(touched.last(List.of("shard=n/1"))).isEqualTo(last + 1);
    }
}
