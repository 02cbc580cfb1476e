package io.meshkit.server.members;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.Member;
import io.meshkit.raft.MemberAddresses;
import io.meshkit.raft.NodeId;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.v1.QuorumMember;
import io.meshkit.v1.QuorumMemberRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A member in the words of Raft, of the configuration and of the contract. */
public final class QuorumMembers {
    private static final Pattern ADDRESS =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._-]{1,253}):(\\d{1,5})");
    private static final int PORT_MAX = 65_535;

    private QuorumMembers() {}

    public static Member of(ServerConfig.Member member) {
        return new Member(
                new NodeId(member.node()),
                member.host(),
                member.raftPort(),
                Member.Role.VOTER,
                new MemberAddresses(
                        member.address(member.httpsPort()),
                        member.address(member.grpcPort()),
                        member.address(member.nodePort())));
    }

    /** @throws RegistryException INVALID_REQUEST for what is no member */
    static Member of(QuorumMember member) {
        if (!member.getNode().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw invalid("node", "'" + member.getNode() + "' is no node id", "1–63 of A–Z a–z 0–9 . _ -");
        }
        Matcher raft = address("raftAddress", member.getRaftAddress());
        address("httpsAddress", member.getHttpsAddress());
        address("grpcAddress", member.getGrpcAddress());
        address("nodeAddress", member.getNodeAddress());
        String host = raft.group(1);
        return new Member(
                new NodeId(member.getNode()),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(raft.group(2)),
                member.getMembership().equals("listener") ? Member.Role.LISTENER : Member.Role.VOTER,
                new MemberAddresses(member.getHttpsAddress(), member.getGrpcAddress(), member.getNodeAddress()));
    }

    private static Matcher address(String field, String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches()
                || Integer.parseInt(matcher.group(2)) < 1
                || Integer.parseInt(matcher.group(2)) > PORT_MAX) {
            throw invalid(field, "'" + text + "' is not host:port", "for example registry-4.example:9442");
        }
        return matcher;
    }

    public static QuorumMember toProto(Member member) {
        return QuorumMember.newBuilder()
                .setNode(member.id().value())
                .setMembership(member.role() == Member.Role.LISTENER ? "listener" : "follower")
                .setHttpsAddress(member.addresses().https())
                .setGrpcAddress(member.addresses().grpc())
                .setRaftAddress(member.address())
                .setNodeAddress(member.addresses().node())
                .build();
    }

    static QuorumMemberRecord toRecord(Member member, QuorumMemberRecord.State state) {
        return QuorumMemberRecord.newBuilder()
                .setNode(member.id().value())
                .setState(state)
                .setHttpsAddress(member.addresses().https())
                .setGrpcAddress(member.addresses().grpc())
                .setRaftAddress(member.address())
                .setNodeAddress(member.addresses().node())
                .build();
    }

    static RegistryException invalid(String field, String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }
}
