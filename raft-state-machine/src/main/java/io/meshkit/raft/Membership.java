package io.meshkit.raft;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The quorum's members as the newest Raft configuration of this member's log names them. It counts from its append
 * on, before it is committed.
 *
 * @param members  voters first; empty while this member belongs to no quorum yet
 * @param changing whether voters are being changed: a majority of the former ones counts, too
 * @param logIndex of the configuration
 */
public record Membership(List<Member> members, boolean changing, long logIndex) {
    public Membership {
        members = List.copyOf(members);
    }

    public Optional<Member> find(NodeId id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    public boolean contains(NodeId id) {
        return find(id).isPresent();
    }

    public List<Member> voters() {
        return members.stream()
                .filter(member -> member.role() == Member.Role.VOTER)
                .toList();
    }

    /** With the member added, or in place of the one of its id. */
    public List<Member> with(Member member) {
        return Stream.concat(without(member.id()).stream(), Stream.of(member)).toList();
    }

    public List<Member> without(NodeId id) {
        return members.stream().filter(member -> !member.id().equals(id)).toList();
    }
}
