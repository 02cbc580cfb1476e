package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchSynced;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a watcher keeps of what it is told. */
class LightWatchTest {
    private static LightMessage read(WatchResponse message) throws IOException {
        return LightMessage.read(CodedInputStream.newInstance(message.toByteArray()));
    }

    private static WatchResponse change(String reason) {
        return WatchResponse.newBuilder()
                .setResumeToken("AkNh")
                .setRevision(42)
                .setChange(WatchChange.newBuilder()
                        .setActor("bench")
                        .setVerb("UpsertShard")
                        .setReason(reason)
                        .setRequestId("r-1")
                        .addEvents(WatchEvent.newBuilder()
                                .setKind("shard")
                                .setRecord(RegistryRecord.newBuilder()
                                        .setShard(Shard.newBuilder().setShardId("s1")))))
                .build();
    }

    @Test
    void message_change_isReadWithItsStamp() throws IOException {
        LightMessage message = read(change("123456789"));

        assertThat(message.isChange()).isTrue();
        assertThat(message).isEqualTo(new LightMessage(6, 42, 123_456_789, "AkNh"));
    }

    @Test
    void message_reasonOfSomebodyElse_isNoStamp() throws IOException {
        assertThat(read(change("disk errors")).stampNanos()).isZero();
        assertThat(read(change("")).stampNanos()).isZero();
    }

    @Test
    void message_others_areTold() throws IOException {
        WatchResponse.Builder message =
                WatchResponse.newBuilder().setRevision(7).setResumeToken("t");
        assertThat(read(message.setSynced(WatchSynced.newBuilder().setRecords(3))
                                .build())
                        .isSynced())
                .isTrue();
        LightMessage bookmark =
                read(message.setBookmark(WatchBookmark.newBuilder().setNodeRevision(9))
                        .build());
        assertThat(bookmark.isSynced() || bookmark.isChange()).isFalse();
        assertThat(bookmark.revision()).isEqualTo(7);
    }

    private static Sequence told(long... revisions) {
        Sequence sequence = new Sequence();
        for (long revision : revisions) {
            sequence.add(revision);
        }
        return sequence;
    }

    @Test
    void sequence_lostDoubledOrSwapped_isNotTheJournals() {
        List<Long> journal = List.of(3L, 4L, 7L, 9L);

        assertThat(told(3, 4, 7, 9).equalsAll(journal)).isTrue();
        assertThat(told(3, 4, 9).equalsAll(journal)).as("lost").isFalse();
        assertThat(told(3, 4, 4, 7, 9).equalsAll(journal)).as("doubled").isFalse();
        assertThat(told(3, 7, 4, 9).equalsAll(journal)).as("swapped").isFalse();
        assertThat(told(3, 4, 8, 9).equalsAll(journal)).as("another one").isFalse();
        assertThat(told().equalsAll(journal)).isFalse();
        assertThat(told(3, 7, 4, 4).disorders()).isEqualTo(2);
    }

    @Test
    void table_hasMediansAndAddsUpWhatIsWrong() {
        List<WatchSample> samples = List.of(sample(1, 5, 10, 0), sample(2, 5, 30, 1), sample(3, 5, 20, 2));

        assertThat(WatchTable.ofWatches(samples).lines().skip(1).findFirst().orElseThrow())
                .contains("    20.0 ")
                .contains("      3  ");
    }

    @Test
    void table_saysWhatStalledOnesChange_roundByRound() {
        List<WatchSample> samples = List.of(
                sample(1, 0, 10, 0), sample(1, 5, 20, 0), sample(2, 5, 9, 0), sample(2, 0, 10, 0), sample(3, 0, 40, 0));

        assertThat(WatchTable.ofWatches(samples))
                .contains("100 watchers' p99 with 5 stalled beside them: x1.450 of that without, by medians;"
                        + " by rounds x0.90 to x2.00");
        assertThat(WatchTable.ofWatches(samples.subList(0, 1))).doesNotContain("beside them");
    }

    private static WatchSample sample(int round, int stalled, double p99Ms, int wrong) {
        return new WatchSample(
                100, stalled, round, 900, 9_000, 90_000, 1, p99Ms, 40, 0, 2, wrong, 0, 0, 0, 12, 0, 0, 1, 0.5, 0.2);
    }
}
