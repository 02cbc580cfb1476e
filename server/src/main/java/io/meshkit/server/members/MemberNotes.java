package io.meshkit.server.members;

import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import io.meshkit.domain.Commands;
import io.meshkit.domain.query.MemberRows;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.NoteMemberRequest;
import io.meshkit.v1.QuorumMemberRecord;
import java.util.List;
import java.util.Optional;

/** What the state remembers of members, read here and written through the log. Thread: any number. */
final class MemberNotes {
    private static final long NOTE_MS = 10_000;

    private final Replica replica;

    MemberNotes(Replica replica) {
        this.replica = replica;
    }

    Optional<QuorumMemberRecord> find(NodeId node) {
        try (StoreSnapshot view = replica.snapshot()) {
            return MemberRows.find(view, node.value());
        }
    }

    List<QuorumMemberRecord> all() {
        try (StoreSnapshot view = replica.snapshot()) {
            return MemberRows.all(view);
        }
    }

    /**
     * @param asked whose reason and ticket go into the journal
     * @throws RegistryException the rejection, or why it is not known to be written
     */
    void write(String principal, MutationOptions asked, QuorumMemberRecord record) {
        NoteMemberRequest note = NoteMemberRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder()
                        .setRequestId(RequestIds.next("member"))
                        .setReason(asked.getReason())
                        .setChangeTicket(asked.getChangeTicket()))
                .setMember(record)
                .build();
        CommandOutcome outcome =
                Waits.await(replica.propose(Commands.ofSystem(note, principal), NOTE_MS), Deadline.inMs(NOTE_MS));
        if (outcome.hasRejection()) {
            throw new RegistryException(outcome.getRejection());
        }
    }
}
