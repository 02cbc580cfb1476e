package io.meshkit.server.members;

import com.google.protobuf.util.Timestamps;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.internal.v1.ChangeMembersRequest;
import io.meshkit.raft.Member;
import io.meshkit.raft.Membership;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.QuorumChange;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.QuorumMemberRecord.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the quorum's members, one at a time, while this node leads.
 *
 * <p>What is about to be done is written to the log first, so that a leader which fails in between leaves a trace. Then
 * Raft brings a new member up to date, without a vote, and gives it one; a removed member loses it. A change that was
 * cut off by a change of leader is repeated by asking for it again.
 *
 * <p>Thread: any number; a change runs on a thread of its own.
 */
public final class MemberChanges {
    private static final Logger LOG = LoggerFactory.getLogger(MemberChanges.class);
    private static final long ALIVE_MS = 1_500;

    private final Replica replica;
    private final MemberDirectory directory;
    private final MemberCalls calls;
    private final MemberNotes notes;
    private final Executor executor;
    private final LongSupplier clockMs;
    private QuorumChange newest = QuorumChange.getDefaultInstance();
    private @Nullable CompletableFuture<Void> running;

    /** @param executor virtual threads: changes block */
    public MemberChanges(
            Replica replica, MemberDirectory directory, MemberCalls calls, Executor executor, LongSupplier clockMs) {
        this.replica = replica;
        this.directory = directory;
        this.calls = calls;
        this.notes = new MemberNotes(replica);
        this.executor = executor;
        this.clockMs = clockMs;
    }

    /** The newest change that this node has made or makes as the leader; empty: none. */
    public synchronized QuorumChange newest() {
        return newest;
    }

    /**
     * Checks the request and begins.
     *
     * @return completes when the change is over; exceptionally with a {@link RegistryException} if it failed
     * @throws RegistryException if it cannot begin; nothing was changed then
     */
    public CompletableFuture<Void> begin(ChangeMembersRequest request) {
        if (!replica.isLeader()) {
            throw RegistryException.of(ErrorCode.NO_LEADER, "this node does not lead", "ask the leader");
        }
        return switch (request.getChangeCase()) {
            case ADD -> {
                Asked asked = new Asked(request.getPrincipal(), request.getAdd().getOptions());
                Member joiner = MemberRequests.member(request.getAdd());
                yield start("add", joiner.id(), null, () -> add(asked, joiner));
            }
            case REMOVE -> {
                Asked asked =
                        new Asked(request.getPrincipal(), request.getRemove().getOptions());
                NodeId leaver = MemberRequests.node("node", request.getRemove().getNode());
                yield start("remove", leaver, null, () -> remove(asked, leaver));
            }
            case REPLACE -> {
                Asked asked =
                        new Asked(request.getPrincipal(), request.getReplace().getOptions());
                Member joiner = MemberRequests.member(request.getReplace());
                NodeId leaver =
                        MemberRequests.node("replaced", request.getReplace().getReplaced());
                yield start("replace", joiner.id(), leaver, () -> {
                    requireRemovable(leaver, replica.membership());
                    add(asked, joiner);
                    remove(asked, leaver);
                });
            }
            case CHANGE_NOT_SET ->
                throw QuorumMembers.invalid("change", "a change that this version does not know", "upgrade this node");
        };
    }

    private record Asked(String principal, MutationOptions options) {}

    private CompletableFuture<Void> start(String kind, NodeId node, @Nullable NodeId replaced, Runnable steps) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        synchronized (this) {
            if (running != null && !running.isDone()) {
                throw RegistryException.of(
                        ErrorCode.PRECONDITION_FAILED,
                        "a change of members is under way: " + newest.getKind() + " " + newest.getNode() + ", "
                                + newest.getPhase(),
                        "wait for its end; see: omnirelay quorum members list");
            }
            running = over;
            newest = QuorumChange.newBuilder()
                    .setKind(kind)
                    .setNode(node.value())
                    .setReplaced(replaced == null ? "" : replaced.value())
                    .setStartedAt(Timestamps.fromMillis(clockMs.getAsLong()))
                    .build();
        }
        executor.execute(() -> run(steps, over));
        return over;
    }

    private void run(Runnable steps, CompletableFuture<Void> over) {
        try {
            steps.run();
            phase("done", "");
            over.complete(null);
        } catch (RuntimeException e) {
            RegistryException known = Waits.asRegistryException(e);
            LOG.warn("a change of members failed: {}", known.getMessage());
            phase("failed", String.valueOf(known.getMessage()));
            over.completeExceptionally(known);
        }
    }

    private synchronized void phase(String phase, String error) {
        newest = newest.toBuilder().setPhase(phase).setError(error).build();
    }

    // --- Adding ---

    private void add(Asked asked, Member joiner) {
        phase("joining", "");
        Membership now = stable();
        Optional<Member> present = now.find(joiner.id());
        if (present.isPresent()) {
            requireSameAddress(present.get(), joiner);
            note(asked, joiner, State.MEMBER);
            return;
        }
        MemberRequests.requireFreeAddresses(joiner, now);
        requireNewId(joiner.id());
        directory.learn(List.of(QuorumMembers.toProto(joiner)));
        if (!answers(joiner.id())) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    joiner.id() + " does not answer at " + joiner.addresses().node(),
                    "start it with node.initial-state: join and a certificate of this quorum's Raft CA that names it");
        }
        note(asked, joiner, State.JOINING);
        LOG.info("{} joins: it is brought up to date", joiner.id());
        try {
            Waits.await(replica.changeMembers(now, now.with(joiner)), MemberRequests.NO_LIMIT);
        } catch (RegistryException e) {
            if (!replica.membership().contains(joiner.id())) {
                forget(asked, joiner);
            }
            throw e;
        }
        note(asked, joiner, State.MEMBER);
        LOG.info("{} is a member and votes", joiner.id());
    }

    /** So that it may try again under the same id: it has never counted. */
    private void forget(Asked asked, Member joiner) {
        try {
            notes.write(
                    asked.principal(),
                    asked.options(),
                    QuorumMemberRecord.newBuilder().setNode(joiner.id().value()).build());
        } catch (RegistryException e) {
            LOG.warn("that {} did not join could not be written down: {}", joiner.id(), e.getMessage());
        }
    }

    private static void requireSameAddress(Member present, Member asked) {
        if (!present.address().equals(asked.address())) {
            throw RegistryException.of(
                    ErrorCode.ALREADY_EXISTS,
                    present.id() + " is a member already, at " + present.address(),
                    "give the new node an id of its own");
        }
    }

    private void requireNewId(NodeId id) {
        Optional<QuorumMemberRecord> former = notes.find(id).filter(record -> record.getState() != State.JOINING);
        if (former.isPresent()) {
            throw RegistryException.of(
                    ErrorCode.ALREADY_EXISTS,
                    id + " was a member of the quorum before",
                    "empty its data directory and give it an id that no member ever had");
        }
    }

    // --- Removing ---

    private void remove(Asked asked, NodeId leaver) {
        phase("leaving", "");
        Membership now = stable();
        Optional<QuorumMemberRecord> noted = notes.find(leaver);
        if (!now.contains(leaver)
                && noted.map(QuorumMemberRecord::getState)
                        .filter(state -> state == State.LEAVING || state == State.REMOVED)
                        .isPresent()) {
            // An earlier attempt came as far as this.
            note(asked, directory.find(leaver), noted.get(), State.REMOVED);
            return;
        }
        Member member = requireRemovable(leaver, now);
        note(asked, member, State.LEAVING);
        try {
            Waits.await(replica.changeMembers(now, now.without(leaver)), MemberRequests.NO_LIMIT);
        } catch (RegistryException e) {
            if (e.code() == ErrorCode.PRECONDITION_FAILED) {
                note(asked, member, State.MEMBER);
            }
            throw e;
        }
        note(asked, member, State.REMOVED);
        LOG.info("{} is no member any more", leaver);
    }

    private Member requireRemovable(NodeId leaver, Membership now) {
        Member member = now.find(leaver)
                .orElseThrow(() -> RegistryException.of(
                        ErrorCode.NOT_FOUND,
                        leaver + " is no member",
                        "one of " + now.members().stream().map(Member::id).toList()));
        if (leaver.equals(replica.self())) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    leaver + " leads the quorum",
                    "let another lead first: omnirelay quorum transfer-leadership");
        }
        if (member.role() == Member.Role.VOTER) {
            requireMajorityWithout(leaver, now);
        }
        return member;
    }

    /** The quorum must go on at once with those who are left. */
    private void requireMajorityWithout(NodeId leaver, Membership now) {
        List<NodeId> rest = now.voters().stream()
                .map(Member::id)
                .filter(id -> !id.equals(leaver))
                .toList();
        List<NodeId> silent = new ArrayList<>();
        List<CompletableFuture<Boolean>> asked = rest.stream().map(this::asked).toList();
        for (int i = 0; i < rest.size(); i++) {
            if (!asked.get(i).join()) {
                silent.add(rest.get(i));
            }
        }
        if (rest.size() - silent.size() < rest.size() / 2 + 1) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    "without " + leaver + " the quorum would have no majority: " + silent + " of " + rest
                            + " do not answer",
                    "start them, or remove those instead, one after the other");
        }
    }

    // --- Both ---

    private Membership stable() {
        Membership now = replica.membership();
        if (now.changing()) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    "a change of members that an earlier leader began is not over",
                    "try again in a moment");
        }
        return now;
    }

    private boolean answers(NodeId node) {
        return asked(node).join();
    }

    private CompletableFuture<Boolean> asked(NodeId node) {
        return node.equals(replica.self())
                ? CompletableFuture.completedFuture(true)
                : calls.currentTerm(node, ALIVE_MS).handle((term, failure) -> failure == null);
    }

    private void note(Asked asked, Member member, State state) {
        notes.write(asked.principal(), asked.options(), QuorumMembers.toRecord(member, state));
    }

    private void note(Asked asked, Optional<Member> known, QuorumMemberRecord noted, State state) {
        notes.write(
                asked.principal(),
                asked.options(),
                known.map(member -> QuorumMembers.toRecord(member, state))
                        .orElseGet(() ->
                                noted.toBuilder().clearMeta().setState(state).build()));
    }

    /** What is waited for by a caller with so much time: his answer must still reach him. */
    static Deadline answerBy(Deadline deadline) {
        return Deadline.inMs(Math.max(1, deadline.remainingMs() - MemberRequests.ANSWER_MS));
    }
}
