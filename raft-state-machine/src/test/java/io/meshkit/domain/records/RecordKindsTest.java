package io.meshkit.domain.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import org.junit.jupiter.api.Test;

class RecordKindsTest {
    @Test
    void everyKindOfRecord_isListed_inOrderOfItsRows() {
        assertThat(RecordKinds.names())
                .containsExactlyInAnyOrderElementsOf(
                        RegistryRecord.getDescriptor().getOneofs().getFirst().getFields().stream()
                                .map(FieldDescriptor::getName)
                                .toList());
        assertThat(RecordKinds.ALL.stream().map(RecordKind::tag).toList()).isSorted();
    }

    @Test
    void labels_areThoseOfTheRecordInside() {
        Peer peer = Peer.newBuilder()
                .setId("a")
                .setMeta(RecordMeta.newBuilder().putLabels("x", "y"))
                .build();
        RegistryRecord record = RegistryRecord.newBuilder().setPeer(peer).build();

        assertThat(RecordKinds.labels(record)).containsEntry("x", "y");
        assertThat(RecordKinds.unwrap(record)).isEqualTo(peer);
    }
}
