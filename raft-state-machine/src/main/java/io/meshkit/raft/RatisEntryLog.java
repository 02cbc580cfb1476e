package io.meshkit.raft;

import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.LogEntry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Appends through the division in this process: no RPC, no RaftClient, no hop to another thread.
 *
 * <p>Whether a failed entry may stand in the log is not read off the exception's type: Ratis reports some failures
 * before and after the append alike. The state machine marks the entry under the log's lock right before the append.
 */
final class RatisEntryLog implements EntryLog {
    private final RaftServer.Division division;
    private final RaftClientAsynchronousProtocol protocol;
    private final RaftGroupId groupId;
    private final RaftPeerId peerId;
    private final ProposedEntries proposed;
    private final AtomicLong callIds = new AtomicLong();

    RatisEntryLog(RaftServer.Division division, ProposedEntries proposed) {
        this.division = division;
        this.protocol = (RaftClientAsynchronousProtocol) division;
        this.groupId = division.getMemberId().getGroupId();
        this.peerId = division.getMemberId().getPeerId();
        this.proposed = proposed;
    }

    @Override
    public Readiness readiness() {
        DivisionInfo info = division.getInfo();
        if (!info.isLeader() || !info.isAlive()) {
            return Readiness.NOT_LEADER;
        }
        return info.isLeaderReady() ? Readiness.READY : Readiness.SOON;
    }

    @Override
    public Optional<NodeId> leader() {
        @Nullable RaftPeerId leader = division.getInfo().getLeaderId();
        return leader == null ? Optional.empty() : Optional.of(new NodeId(leader.toString()));
    }

    @Override
    public CompletableFuture<List<CommandOutcome>> append(LogEntry entry) {
        ProposedEntry message =
                new ProposedEntry(callIds.incrementAndGet(), UnsafeByteOperations.unsafeWrap(entry.toByteArray()));
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(proposed.clientId())
                .setServerId(peerId)
                .setGroupId(groupId)
                .setCallId(message.callId())
                .setMessage(message)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        proposed.add(message);
        try {
            var unused = protocol.submitClientRequestAsync(request)
                    .whenComplete((reply, failure) -> replied(message, reply, failure));
        } catch (IOException | RuntimeException e) {
            failed(message, e);
        }
        return message.outcomes();
    }

    private void replied(ProposedEntry message, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        if (failure != null) {
            failed(message, failure);
        } else if (reply == null) {
            failed(message, new IllegalStateException("Ratis gave no reply"));
        } else if (reply.getException() != null) {
            failed(message, reply.getException());
        } else if (!message.outcomes().isDone()) {
            // Success is told after apply, and apply completes the outcomes.
            failed(message, new IllegalStateException("replied but not applied: " + message));
        }
    }

    private void failed(ProposedEntry message, Throwable failure) {
        proposed.remove(message);
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        message.outcomes().completeExceptionally(new AppendException(reason(cause), message.appendBegun(), cause));
    }

    private static AppendException.Reason reason(Throwable cause) {
        return switch (cause) {
            case NotLeaderException e -> AppendException.Reason.NOT_LEADER;
            case LeaderNotReadyException e -> AppendException.Reason.NOT_LEADER;
            case LeaderSteppingDownException e -> AppendException.Reason.NOT_LEADER;
            case ServerNotReadyException e -> AppendException.Reason.NOT_LEADER;
            case AlreadyClosedException e -> AppendException.Reason.NOT_LEADER;
            case ResourceUnavailableException e -> AppendException.Reason.BUSY;
            case StateMachineException e
            when e.getCause() instanceof EntryTooLargeException -> AppendException.Reason.TOO_LARGE;
            default -> AppendException.Reason.FAILED;
        };
    }
}
