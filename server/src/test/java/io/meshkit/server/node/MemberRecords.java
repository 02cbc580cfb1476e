package io.meshkit.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.v1.Command;
import io.meshkit.v1.Credential;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.MemberIdentity;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.NoteMemberRequest;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.meshkit.v1.RevokeCertificatesRequest;

/** What a replica's state says of members and their certificates. */
public final class MemberRecords {
    private final FakeReplica replica;
    private final String prefix;
    private int ids;

    /** @param prefix of the SPIFFE ids of nodes */
    public MemberRecords(FakeReplica replica, String prefix) {
        this.replica = replica;
        this.prefix = prefix;
    }

    private void apply(Command command) {
        assertThat(replica.propose(Commands.withRequestId(command, "id-" + ++ids), 1_000)
                        .join()
                        .hasRejection())
                .isFalse();
    }

    private void apply(Message request) {
        apply(Commands.wrap(request, "root"));
    }

    /** The node has joined by a token, with a certificate of that serial number. */
    public void joined(String node, String serial) {
        apply(IssueJoinTokenRequest.newBuilder()
                .setSpiffeId(prefix + node)
                .setMember(MemberIdentity.newBuilder().setNode(node).addHosts("h"))
                .setTokenId("j-" + node)
                .setSecretSha256(ByteString.copyFrom(new byte[32]))
                .build());
        apply(Commands.wrap(
                JoinRequest.newBuilder()
                        .setSpiffeId(prefix + node)
                        .setSerial(serial)
                        .setPublicKeySha256(ByteString.copyFrom(new byte[32]))
                        .build(),
                new Caller(
                        "join/j-" + node,
                        Credential.newBuilder()
                                .setMethod("join")
                                .setId("j-" + node)
                                .build())));
    }

    public void revoke(String serial) {
        apply(RevokeCertificatesRequest.newBuilder().setSerial(serial).build());
    }

    public void note(String node, State state) {
        apply(Commands.ofSystem(
                NoteMemberRequest.newBuilder()
                        .setOptions(MutationOptions.getDefaultInstance())
                        .setMember(QuorumMemberRecord.newBuilder().setNode(node).setState(state))
                        .build(),
                "root"));
    }
}
