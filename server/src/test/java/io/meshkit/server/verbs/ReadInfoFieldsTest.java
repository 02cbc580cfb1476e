package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.RecordMeta;
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
        ListPeersResponse.Builder list = ListPeersResponse.newBuilder().setNextCursor(cursor);
        for (Peer peer : peers) {
            list.addPeers(peer);
        }
        ReadInfo info = ReadInfo.newBuilder().setRevision(revision).build();
        return ((ListPeersResponse) lists.complete(list.build(), info)).getEtag();
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
                ReadInfo.newBuilder().setRevision(8).build());

        assertThat(answer.getEtag()).isEqualTo("\"3\"");
        assertThat(answer.getReadInfo().getRevision()).isEqualTo(8);
    }
}
