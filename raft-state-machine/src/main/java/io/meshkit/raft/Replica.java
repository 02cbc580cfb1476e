package io.meshkit.raft;

import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One member of the quorum: proposes, confirms reads and shows the applied state.
 *
 * <p>Every future completes exceptionally only with {@link io.meshkit.api.RegistryException}; a rejection
 * by the domain is a normal {@link CommandOutcome}. Thread: any number.
 */
public interface Replica extends AutoCloseable {
    NodeId self();

    /** The member that leads as far as this one knows. */
    Optional<NodeId> leader();

    /**
     * Completes when the leader that this member knows (one, another or none) changes after this call. Never
     * exceptional, except that it is cancelled by {@link #close()}. Who waits for a leader takes it before
     * {@link #leader()}, so that no change is missed, and bounds the wait himself.
     */
    CompletableFuture<Void> leaderChange();

    boolean isLeader();

    /** The current Raft term of this member. Never goes back. */
    long currentTerm();

    /** What this member says when another asks whether the leader of the term is gone. */
    CompletableFuture<Testimony> leaderLoss(NodeId leader, long term);

    /**
     * Packs the command with concurrent ones into one log entry and answers when it is applied here.
     * Only on the leader: elsewhere NO_LEADER with the leader's hint, nothing appended.
     *
     * @param deadlineMs time left for the caller; past it DEADLINE_EXCEEDED
     */
    CompletableFuture<CommandOutcome> propose(Command command, long deadlineMs);

    /**
     * The read barrier. Only on the leader: answers with a log index such that whoever has applied it
     * sees every mutation acknowledged anywhere before this call.
     */
    CompletableFuture<Long> readIndex(long deadlineMs);

    /** Completes when this member has applied the log index. */
    CompletableFuture<Void> awaitApplied(long index, long deadlineMs);

    /** Completes when this member has applied the revision. */
    CompletableFuture<Void> awaitRevision(long revision, long deadlineMs);

    /** The applied state as of now. Close it. */
    StoreSnapshot snapshot();

    ReplicaStatus status();

    /** Takes a snapshot now; answers with the log index that it covers. */
    CompletableFuture<Long> createSnapshot();

    /** Asks Raft to let the member lead; answers when it does. Only on the leader. */
    CompletableFuture<NodeId> transferLeadership(NodeId target, long deadlineMs);

    /** The quorum's members as this one's log has them. */
    Membership membership();

    /** How far the others are; empty unless this member leads. */
    List<FollowerProgress> followers();

    /**
     * Changes the members from those of {@code from} to these, and answers when the change is committed. Only on the
     * leader. A member that is new is first brought up to date; until then the change does not begin.
     *
     * @param from as {@link #membership()} showed it; PRECONDITION_FAILED if it is another by now
     * @throws io.meshkit.api.RegistryException in the future: PRECONDITION_FAILED if a change is under way, or a new
     *     member does not answer; LEADERSHIP_LOST if it is not known what became of it
     */
    CompletableFuture<Void> changeMembers(Membership from, List<Member> to);

    /** Writes a checkpoint of the applied state for another member to fetch; the caller deletes it. */
    void checkpoint(Path directory) throws IOException;

    @Override
    void close();
}
