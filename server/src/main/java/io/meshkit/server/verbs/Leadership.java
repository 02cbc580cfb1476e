package io.meshkit.server.verbs;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.TransferLeadershipResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands leadership over on request; any node takes the request. Thread: any number. */
public final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final long STATUS_TIMEOUT_MS = 1_000;

    private final Replica replica;
    private final Supplier<List<NodeId>> members;
    private final MemberCalls calls;

    /** What a transfer asks of other members. Futures fail only with {@link RegistryException}. */
    public interface MemberCalls {
        CompletableFuture<GetQuorumStatusResponse> status(NodeId member, long deadlineMs);

        CompletableFuture<TransferLeadershipResponse> transferLeadership(
                NodeId leader, TransferLeadershipRequest request, long deadlineMs);
    }

    /** @param members the voters as of now */
    public Leadership(Replica replica, Supplier<List<NodeId>> members, MemberCalls calls) {
        this.replica = replica;
        this.members = members;
        this.calls = calls;
    }

    /** On the leader: transfers. Elsewhere: asks the leader to. */
    TransferLeadershipResponse transfer(TransferLeadershipRequest request, Deadline deadline) {
        Optional<NodeId> leader = replica.leader();
        if (leader.isPresent() && !leader.get().equals(replica.self())) {
            return Waits.await(calls.transferLeadership(leader.get(), request, deadline.remainingMs()), deadline);
        }
        return transferFromHere(request, deadline);
    }

    /**
     * @throws RegistryException NO_LEADER if this node does not lead, INVALID_REQUEST for a node that is no
     *     member, PRECONDITION_FAILED if no other member can take over
     */
    public TransferLeadershipResponse transferFromHere(TransferLeadershipRequest request, Deadline deadline) {
        if (!replica.isLeader()) {
            throw RegistryException.of(ErrorCode.NO_LEADER, "this node does not lead", "ask the leader");
        }
        NodeId target = request.getNode().isEmpty() ? mostUpToDate(deadline) : member(request.getNode());
        NodeId now = target.equals(replica.self())
                ? target
                : Waits.await(replica.transferLeadership(target, deadline.remainingMs()), deadline);
        return TransferLeadershipResponse.newBuilder()
                .setLeader(now.value())
                .setTerm(replica.currentTerm())
                .build();
    }

    /** Before a planned stop: lets another member lead, if one can. */
    public void handOver(Deadline deadline) {
        try {
            NodeId next = mostUpToDate(deadline);
            Waits.await(replica.transferLeadership(next, deadline.remainingMs()), deadline);
            LOG.info("{} leads now", next);
        } catch (RegistryException e) {
            LOG.info("leadership was not handed over: {}", e.getMessage());
        }
    }

    private NodeId member(String name) {
        List<NodeId> voters = members.get();
        return voters.stream()
                .filter(member -> member.value().equals(name))
                .findFirst()
                .orElseThrow(() -> new RegistryException(
                        RegistryException.detail(ErrorCode.INVALID_REQUEST, "no member: " + name, "one of " + voters)
                                .setField("node")
                                .build()));
    }

    private record Candidate(NodeId member, long logEndIndex) {}

    private NodeId mostUpToDate(Deadline deadline) {
        Deadline until = deadline.orInMs(STATUS_TIMEOUT_MS);
        List<CompletableFuture<Candidate>> asked = new ArrayList<>();
        for (NodeId member : members.get()) {
            if (!member.equals(replica.self())) {
                asked.add(calls.status(member, until.remainingMs())
                        .thenApply(status -> new Candidate(member, status.getLogEndIndex())));
            }
        }
        return asked.stream()
                .flatMap(future -> answered(future, until).stream())
                .max(Comparator.comparingLong(Candidate::logEndIndex))
                .map(Candidate::member)
                .orElseThrow(() -> RegistryException.of(
                        ErrorCode.PRECONDITION_FAILED,
                        "no other member answers",
                        "start another member before this one gives up leadership"));
    }

    private static Optional<Candidate> answered(CompletableFuture<Candidate> future, Deadline until) {
        try {
            return Optional.of(Waits.await(future, until));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
