package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.Shard;
import org.junit.jupiter.api.Test;

class WireFormTest {
    private static ListShardsResponse holding(ByteString bytes) {
        return ListShardsResponse.newBuilder()
                .setNextCursor("c")
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                ListShardsResponse.SHARDS_FIELD_NUMBER,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(bytes)
                                        .build())
                        .build())
                .build();
    }

    @Test
    void whole_putsEncodedFieldsWhereTheyBelong() {
        Shard shard = Shard.newBuilder().setShardId("a").build();

        ListShardsResponse whole = WireForm.whole(holding(shard.toByteString()));

        assertThat(whole)
                .isEqualTo(ListShardsResponse.newBuilder()
                        .setNextCursor("c")
                        .addShards(shard)
                        .build());
    }

    @Test
    void whole_ofAWholeMessage_isTheMessage() {
        ListShardsResponse message =
                ListShardsResponse.newBuilder().setNextCursor("c").build();

        assertThat(WireForm.whole(message)).isSameAs(message);
    }

    @Test
    void whole_unreadable_fails() {
        ListShardsResponse broken = holding(ByteString.copyFrom(new byte[] {(byte) 0xff, 1}));

        assertThatThrownBy(() -> WireForm.whole(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ListShardsResponse");
    }
}
