package io.meshkit.server.members;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.Member;
import io.meshkit.raft.Membership;
import io.meshkit.raft.NodeId;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.v1.AddQuorumMemberRequest;
import io.meshkit.v1.QuorumMember;
import io.meshkit.v1.ReplaceQuorumMemberRequest;

/** What requests about members must be. */
final class MemberRequests {
    /** A checkpoint may take long; Raft gives up when the new member does not answer. */
    static final Deadline NO_LIMIT = Deadline.inMs(100L * 365 * 24 * 3_600_000);

    /** Left of a call's time for its answer to travel. */
    static final long ANSWER_MS = 500;

    private MemberRequests() {}

    static Member member(AddQuorumMemberRequest request) {
        return QuorumMembers.of(QuorumMember.newBuilder()
                .setNode(request.getNode())
                .setHttpsAddress(request.getHttpsAddress())
                .setGrpcAddress(request.getGrpcAddress())
                .setRaftAddress(request.getRaftAddress())
                .setNodeAddress(request.getNodeAddress())
                .build());
    }

    static Member member(ReplaceQuorumMemberRequest request) {
        return QuorumMembers.of(QuorumMember.newBuilder()
                .setNode(request.getNode())
                .setHttpsAddress(request.getHttpsAddress())
                .setGrpcAddress(request.getGrpcAddress())
                .setRaftAddress(request.getRaftAddress())
                .setNodeAddress(request.getNodeAddress())
                .build());
    }

    static NodeId node(String field, String id) {
        try {
            return new NodeId(id);
        } catch (IllegalArgumentException e) {
            throw QuorumMembers.invalid(field, "'" + id + "' is no node id", "the id of a member");
        }
    }

    static void requireFreeAddresses(Member joiner, Membership now) {
        for (Member member : now.members()) {
            boolean taken = member.address().equals(joiner.address())
                    || (!member.addresses().node().isEmpty()
                            && member.addresses()
                                    .node()
                                    .equals(joiner.addresses().node()));
            if (taken) {
                throw RegistryException.of(
                        ErrorCode.ALREADY_EXISTS,
                        "the address of " + joiner.id() + " is that of " + member.id(),
                        "give the new node ports of its own, or remove " + member.id() + " first");
            }
        }
    }
}
