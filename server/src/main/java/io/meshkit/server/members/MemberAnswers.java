package io.meshkit.server.members;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.internal.v1.ChangeMembersRequest;
import io.meshkit.internal.v1.MembersResponse;
import io.meshkit.raft.FollowerProgress;
import io.meshkit.raft.Member;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.v1.ChangeQuorumMembersResponse;
import io.meshkit.v1.ListQuorumMembersResponse;
import io.meshkit.v1.QuorumMember;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What this node itself says about members. Thread: any number; {@link #change} blocks. */
public final class MemberAnswers {
    /** A member that has not answered the leader for so long counts as unreachable. */
    private static final long SILENT_MS = 3_000;

    private final Replica replica;
    private final MemberDirectory directory;
    private final MemberChanges changes;
    private final MemberNotes notes;

    public MemberAnswers(Replica replica, MemberDirectory directory, MemberChanges changes) {
        this.replica = replica;
        this.directory = directory;
        this.changes = changes;
        this.notes = new MemberNotes(replica);
    }

    /** For another node. */
    public MembersResponse members(NodeId asker) {
        MembersResponse.Builder response = MembersResponse.newBuilder()
                .setLeader(replica.leader().map(NodeId::value).orElse(""));
        replica.membership().members().forEach(member -> response.addMembers(QuorumMembers.toProto(member)));
        notes.find(asker).ifPresent(response::setAsker);
        return response.build();
    }

    /** Complete only on the leader. */
    public ListQuorumMembersResponse list() {
        return ListQuorumMembersResponse.newBuilder()
                .addAllMembers(membersWithProgress())
                .addAllHistory(notes.all())
                .setChange(changes.newest())
                .setNode(replica.self().value())
                .build();
    }

    /** @throws RegistryException NO_LEADER unless this node leads */
    public ListQuorumMembersResponse listAsLeader() {
        if (!replica.isLeader()) {
            throw RegistryException.of(ErrorCode.NO_LEADER, "this node does not lead", "ask the leader");
        }
        return list();
    }

    /**
     * Makes the change and waits for it as long as the deadline lets it.
     *
     * @throws RegistryException why it could not begin, or why it failed
     */
    public ChangeQuorumMembersResponse change(ChangeMembersRequest request, Deadline deadline) {
        CompletableFuture<Void> over = changes.begin(request);
        try {
            Waits.await(over, MemberChanges.answerBy(deadline));
        } catch (RegistryException e) {
            if (over.isDone()) {
                throw e;
            }
            // It goes on; the answer says how far it came.
        }
        return ChangeQuorumMembersResponse.newBuilder()
                .setChange(changes.newest())
                .addAllMembers(membersWithProgress())
                .build();
    }

    private List<QuorumMember> membersWithProgress() {
        List<FollowerProgress> followers = replica.followers();
        return directory.members().stream()
                .map(member -> withProgress(member, followers))
                .toList();
    }

    private QuorumMember withProgress(Member member, List<FollowerProgress> followers) {
        QuorumMember.Builder known = QuorumMembers.toProto(member).toBuilder()
                .setLeader(replica.leader().equals(Optional.of(member.id())))
                .setMatchIndex(-1);
        if (member.id().equals(replica.self())) {
            return known.setReachable(true)
                    .setMatchIndex(replica.status().logEndIndex())
                    .build();
        }
        followers.stream()
                .filter(progress -> progress.member().equals(member.id()))
                .findFirst()
                .ifPresent(progress ->
                        known.setMatchIndex(progress.matchIndex()).setReachable(progress.silentMs() < SILENT_MS));
        return known.build();
    }
}
