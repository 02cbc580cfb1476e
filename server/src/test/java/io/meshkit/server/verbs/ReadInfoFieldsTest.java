package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.EncodedRows;
import io.meshkit.domain.records.PeerKind;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.RecordMeta;
import io.omnirelay.transport.WireForm;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadInfoFieldsTest {
    private final ReadInfoFields lists =
            ReadInfoFields.of(ListPeersRequest.getDescriptor(), ListPeersResponse.getDescriptor());

    private static Peer peer(String id, long revision) {
        return Peer.newBuilder()
                .setId(id)
                .setMeta(RecordMeta.newBuilder().setModRevision(revision))
                .build();
    }

    private String tag(long revision, String cursor, Peer... peers) {
        return ((ListPeersResponse) lists.complete(
                        ListPeersResponse.newBuilder().setNextCursor(cursor).build(),
                        rows(peers),
                        ReadInfo.newBuilder().setRevision(revision).build()))
                .getEtag();
    }

    private static EncodedRows rows(Peer... peers) {
        return new EncodedRows(
                ListPeersResponse.getDescriptor().findFieldByNumber(ListPeersResponse.PEERS_FIELD_NUMBER),
                Stream.of(peers)
                        .map(peer -> new EncodedRows.Row(
                                PeerKind.PEER.ref(peer.getId()).key(), peer.toByteArray()))
                        .toList());
    }

    @Test
    void complete_storedRows_areInTheAnswerOnTheWire() throws Exception {
        Message answer = lists.complete(
                ListPeersResponse.newBuilder().setNextCursor("c").build(),
                rows(peer("a", 3), peer("b", 4)),
                ReadInfo.newBuilder().setRevision(8).build());

        ListPeersResponse received = ListPeersResponse.parseFrom(answer.toByteString());
        assertThat(received.getPeersList()).containsExactly(peer("a", 3), peer("b", 4));
        assertThat(received.getNextCursor()).isEqualTo("c");
        assertThat(received.getReadInfo().getRevision()).isEqualTo(8);
        assertThat(WireForm.whole(answer)).isEqualTo(received);
    }

    @Test
    void complete_sameRowsAtAnotherRevision_haveTheSameTag() {
        assertThat(tag(8, "cursor-of-8", peer("a", 3)))
                .startsWith("W/\"")
                .endsWith("\"")
                .isEqualTo(tag(9, "cursor-of-9", peer("a", 3)));
    }

    @Test
    void complete_rowsThatDiffer_haveAnotherTag() {
        String tag = tag(8, "", peer("a", 3));

        assertThat(tag(8, "", peer("a", 4))).isNotEqualTo(tag);
        assertThat(tag(8, "", peer("a", 3), peer("b", 3))).isNotEqualTo(tag);
        assertThat(tag(8, "")).isNotEqualTo(tag);
    }

    @Test
    void complete_moreThatFollow_areAnotherTag() {
        assertThat(tag(8, "cursor", peer("a", 3))).isNotEqualTo(tag(8, "", peer("a", 3)));
    }

    @Test
    void complete_record_hasItsRevisionForTag() {
        ReadInfoFields gets = ReadInfoFields.of(GetPeerRequest.getDescriptor(), GetPeerResponse.getDescriptor());

        GetPeerResponse answer = (GetPeerResponse) gets.complete(
                GetPeerResponse.newBuilder().setPeer(peer("a", 3)).build(),
                null,
                ReadInfo.newBuilder().setRevision(8).build());

        assertThat(answer.getEtag()).isEqualTo("\"3\"");
        assertThat(answer.getReadInfo().getRevision()).isEqualTo(8);
    }
}
