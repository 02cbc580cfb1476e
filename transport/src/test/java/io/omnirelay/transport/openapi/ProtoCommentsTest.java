package io.omnirelay.transport.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProtoCommentsTest {
    private static final Map<String, String> CONTRACT = ProtoComments.contract();

    @Test
    void contract_hasCommentsOfEveryKind() {
        assertThat(CONTRACT)
                .containsEntry("meshkit/v1/peers.proto", "Peers: the registered nodes of the mesh.")
                .containsEntry("meshkit.v1.ShardHistory", "One change of a shard.")
                .containsEntry("meshkit.v1.Peer.cluster_id", "The cluster it belongs to; must exist when set.")
                .containsEntry(
                        "meshkit.v1.PeerAdminState.PEER_ADMIN_STATE_CORDONED", "Keeps what it has, takes nothing new.")
                .containsEntry("meshkit.v1.ErrorDetail.Applied.APPLIED_NO", "Certainly not applied.")
                .containsEntry("meshkit.v1.rule", "Required on every rpc of the contract.");
    }

    @Test
    void contract_commentOfSeveralLines_keepsLinesAndIndentation() {
        assertThat(CONTRACT.get("meshkit.v1.PeerAdminState"))
                .startsWith("What operators allow the peer to do.\n  ACTIVE → CORDONED (cordon)");
    }

    @Test
    void contract_namesMatchTheDescriptors() {
        assertThat(ContractServices.SERVICES)
                .allSatisfy(service ->
                        assertThat(CONTRACT).containsKey(service.getFile().getName()));
    }

    @Test
    void read_leadingCommentIsBlank_takesTheTrailingOne() throws IOException {
        assertThat(read(comment(" \n", " After it.\n"))).containsExactly(Map.entry("p.M", "After it."));
    }

    @Test
    void read_noComments_isEmpty() throws IOException {
        assertThat(read(comment("", ""))).isEmpty();
        assertThat(read(SourceCodeInfo.getDefaultInstance())).isEmpty();
    }

    private static SourceCodeInfo comment(String leading, String trailing) {
        return SourceCodeInfo.newBuilder()
                .addLocation(Location.newBuilder()
                        .addAllPath(List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, 0))
                        .setLeadingComments(leading)
                        .setTrailingComments(trailing))
                .build();
    }

    private static Map<String, String> read(SourceCodeInfo info) throws IOException {
        FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder()
                .setName("p.proto")
                .setPackage("p")
                .setSourceCodeInfo(info);
        file.addMessageTypeBuilder().setName("M");
        return ProtoComments.read(new ByteArrayInputStream(
                FileDescriptorSet.newBuilder().addFile(file).build().toByteArray()));
    }
}
