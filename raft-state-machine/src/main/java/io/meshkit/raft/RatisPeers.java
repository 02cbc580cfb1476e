package io.meshkit.raft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Members in Ratis's terms and back.
 *
 * <p>A peer of Ratis has addresses for its admin, client and stream services, which are closed here ({@link RaftPort}):
 * these fields carry the addresses of the node's other ports.
 */
final class RatisPeers {
    private RatisPeers() {}

    static RaftPeer peer(Member member) {
        RaftPeer.Builder peer = RaftPeer.newBuilder()
                .setId(RatisSettings.peerId(member.id()))
                .setAddress(member.address())
                .setStartupRole(member.role() == Member.Role.LISTENER ? RaftPeerRole.LISTENER : RaftPeerRole.FOLLOWER);
        MemberAddresses addresses = member.addresses();
        if (!addresses.https().isEmpty()) {
            peer.setClientAddress(addresses.https());
        }
        if (!addresses.grpc().isEmpty()) {
            peer.setDataStreamAddress(addresses.grpc());
        }
        if (!addresses.node().isEmpty()) {
            peer.setAdminAddress(addresses.node());
        }
        return peer.build();
    }

    /** The members of the newest configuration, voters first; empty before this member belongs to a quorum. */
    static Membership membership(RaftConfiguration configuration) {
        List<Member> members = new ArrayList<>();
        add(members, configuration.getCurrentPeers(), Member.Role.VOTER);
        add(members, configuration.getCurrentPeers(RaftPeerRole.LISTENER), Member.Role.LISTENER);
        @Nullable Collection<RaftPeer> former = configuration.getPreviousPeers();
        return new Membership(members, former != null && !former.isEmpty(), configuration.getLogEntryIndex());
    }

    private static void add(List<Member> members, @Nullable Collection<RaftPeer> peers, Member.Role role) {
        if (peers != null) {
            peers.forEach(peer -> members.add(member(peer, role)));
        }
    }

    private static Member member(RaftPeer peer, Member.Role role) {
        String address = peer.getAddress();
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        return new Member(
                new NodeId(peer.getId().toString()),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(address.substring(colon + 1)),
                role,
                new MemberAddresses(
                        text(peer.getClientAddress()),
                        text(peer.getDataStreamAddress()),
                        text(peer.getAdminAddress())));
    }

    private static String text(@Nullable String address) {
        return address == null ? "" : address;
    }
}
