package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.StorageException;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.UpsertShardRequest;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedRowsTest {
    private static final ListShardsResponse HEAD =
            ListShardsResponse.newBuilder().setNextCursor("next").build();

    private static Shard shard(String id, long revision) {
        return Shard.newBuilder()
                .setNamespace("n")
                .setShardId(id)
                .setOwnerNodeId("p")
                .setMeta(RecordMeta.newBuilder()
                        .setVersion(2)
                        .setCreateRevision(1)
                        .setModRevision(revision)
                        .setUpdatedBy("alice")
                        .putLabels("k", "v")
                        .putAnnotations("a", "ü€😀"))
                .build();
    }

    private static EncodedRows rows(Shard... shards) {
        return new EncodedRows(
                ListShardsResponse.getDescriptor().findFieldByNumber(ListShardsResponse.SHARDS_FIELD_NUMBER),
                List.of(shards).stream()
                        .map(shard -> new EncodedRows.Row(
                                ShardKind.SHARD
                                        .ref(shard.getNamespace(), shard.getShardId())
                                        .key(),
                                Bytes.of(shard)))
                        .toList());
    }

    private static byte[] identity(EncodedRows rows) {
        MessageDigest digest = Bytes.sha256();
        rows.identify(digest);
        return digest.digest();
    }

    @Test
    void inWireForm_read_isTheWhole() throws Exception {
        EncodedRows rows = rows(shard("a", 3), shard("b", 4));

        Message whole = rows.whole(HEAD);

        assertThat(((ListShardsResponse) whole).getShardsList()).containsExactly(shard("a", 3), shard("b", 4));
        assertThat(ListShardsResponse.parseFrom(rows.inWireForm(HEAD).toByteArray()))
                .isEqualTo(whole);
        assertThat(ListShardsResponse.parseFrom(rows().inWireForm(HEAD).toByteArray()))
                .isEqualTo(HEAD);
    }

    @Test
    void whole_ofWhatIsNoRecord_fails() {
        EncodedRows rows =
                new EncodedRows(rows().field(), List.of(new EncodedRows.Row(new byte[] {1}, new byte[] {(byte) 0xff, 1
                })));

        assertThatThrownBy(() -> rows.whole(HEAD)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> identity(rows)).isInstanceOf(StorageException.class);
    }

    @Test
    void identify_tellsListsApart_byTheirRecordsAndWhenThoseWereWritten() {
        byte[] identity = identity(rows(shard("a", 3), shard("b", 4)));

        assertThat(identity(rows(shard("a", 3), shard("b", 4)))).isEqualTo(identity);
        assertThat(identity(rows(shard("a", 3), shard("b", 5)))).isNotEqualTo(identity);
        assertThat(identity(rows(shard("a", 3), shard("c", 4)))).isNotEqualTo(identity);
        assertThat(identity(rows(shard("a", 3)))).isNotEqualTo(identity);
        assertThat(identity(rows())).isNotEqualTo(identity);
    }

    /** What is stored is what a record writes as: a filter that keeps everything changes nothing. */
    @Test
    void list_withAndWithoutAFilter_isTheSame() {
        try (Registry registry = new Registry()) {
            for (int i = 0; i < 7; i++) {
                registry.mutate(UpsertShardRequest.newBuilder()
                        .setShard(Shard.newBuilder()
                                .setNamespace("n")
                                .setShardId("s-" + i)
                                .setStrategyId("rendezvous")
                                .setMeta(RecordMeta.newBuilder()
                                        .putLabels("even", "" + (i % 2 == 0))
                                        .putAnnotations("text", "ü€😀" + i)))
                        .build());
            }
            ListShardsRequest all =
                    ListShardsRequest.newBuilder().setNamespace("n").build();

            ListShardsResponse stored = registry.query(all, ListShardsResponse.class);
            ListShardsResponse filtered =
                    registry.query(all.toBuilder().setSearch("s-").build(), ListShardsResponse.class);
            ListShardsResponse sorted =
                    registry.query(all.toBuilder().setOrderBy("modRevision").build(), ListShardsResponse.class);

            assertThat(stored.getShardsList()).hasSize(7).isEqualTo(filtered.getShardsList());
            assertThat(sorted.getShardsList()).isEqualTo(stored.getShardsList());
            assertThat(registry.query(
                                    all.toBuilder()
                                            .setLabelSelector("even=true")
                                            .build(),
                                    ListShardsResponse.class)
                            .getShardsList())
                    .hasSize(4);
        }
    }

    @Test
    void modRevision_ofTheOneRecord_behindWhateverElseItHas() {
        assertThat(rows(shard("a", 3)).modRevision()).isEqualTo(3);
        assertThat(rows(shard("a", Long.MAX_VALUE)).modRevision()).isEqualTo(Long.MAX_VALUE);
        assertThat(rows(Shard.getDefaultInstance()).modRevision()).isZero();
    }

    @Test
    void modRevision_ofSeveral_isNone() {
        assertThatThrownBy(() -> rows(shard("a", 3), shard("b", 4)).modRevision())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 records");
    }
}
