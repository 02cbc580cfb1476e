package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.Member;
import io.meshkit.server.members.QuorumMembers;
import io.meshkit.v1.MemberAdmission;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;

/**
 * What joins of new members need: the member CA's key, if this node has it, and what members trust.
 *
 * <p>Members know each other by the member CA, and clients know servers by it. No node takes it for clients: so who has its
 * key can pass for a member, and for no administrator. A configuration in which that does not hold signs nothing. Thread:
 * any number.
 */
public final class MemberAuthority {
    private final Issuer issuer;
    private final String quorumName;
    private final Trust memberTrust;
    private final Trust clientTrust;
    private final Trust serverTrust;
    private final Supplier<List<Member>> members;

    /** @param members as they are now */
    public MemberAuthority(
            Issuer issuer,
            String quorumName,
            Trust memberTrust,
            Trust clientTrust,
            Trust serverTrust,
            Supplier<List<Member>> members) {
        this.issuer = issuer;
        this.quorumName = quorumName;
        this.memberTrust = memberTrust;
        this.clientTrust = clientTrust;
        this.serverTrust = serverTrust;
        this.members = members;
    }

    /** @throws RegistryException PRECONDITION_FAILED if this node cannot issue; another one may */
    Issuer.Ready ready() {
        Issuer.Ready ready = issuer.ready();
        X509Certificate own = ready.authority().root().certificate();
        if (clientTrust.contains(own)) {
            throw issuer.cannot(
                    "takes its member CA for clients, too: its key could make administrators",
                    "take the certificate of bootstrap.member-issuer.certificate out of tls.client.ca",
                    null);
        }
        if (!memberTrust.contains(own)) {
            throw issuer.cannot(
                    "does not trust its own member CA: what it signs would be refused by the members",
                    "append bootstrap.member-issuer.certificate to the file of tls.raft.ca on every node",
                    null);
        }
        if (!serverTrust.contains(own)) {
            throw issuer.cannot(
                    "does not tell clients of its member CA: they would refuse the new member",
                    "append bootstrap.member-issuer.certificate to the file of bootstrap.server-trust on every node,"
                            + " and to what clients trust",
                    null);
        }
        return ready;
    }

    /**
     * The domain knows who came and went, but not who was there from the beginning.
     *
     * @throws RegistryException ALREADY_EXISTS if the node is a member, as far as this one knows
     */
    void requireNew(String node) {
        if (members.get().stream().anyMatch(member -> member.id().value().equals(node))) {
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.ALREADY_EXISTS,
                            node + " is a member of the quorum already",
                            "give the new node an id that no member ever had")
                    .setField("member.node")
                    .build());
        }
    }

    /** What a new member is told. */
    MemberAdmission admission() {
        return MemberAdmission.newBuilder()
                .setQuorumName(quorumName)
                .setMemberTrust(memberTrust.pem())
                .setClientTrust(clientTrust.pem())
                .addAllMembers(
                        members.get().stream().map(QuorumMembers::toProto).toList())
                .build();
    }
}
