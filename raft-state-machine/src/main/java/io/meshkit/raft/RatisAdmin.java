package io.meshkit.raft;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** Ratis's administration, called in this process. */
final class RatisAdmin {
    private static final Duration SNAPSHOT_TIMEOUT = Duration.ofSeconds(60);

    private final RaftServer server;
    private final RaftServer.Division division;
    private final RatisLeadership leadership;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();

    RatisAdmin(RaftServer server, RaftServer.Division division, RatisLeadership leadership) {
        this.server = server;
        this.division = division;
        this.leadership = leadership;
    }

    /** Takes a snapshot if there is anything new; answers when the updater has done so. */
    CompletableFuture<Void> createSnapshot() {
        SnapshotManagementRequest request = SnapshotManagementRequest.newCreate(
                clientId, self(), groupId(), callIds.incrementAndGet(), SNAPSHOT_TIMEOUT.toMillis(), 1);
        return call(() -> server.snapshotManagementAsync(request)).handle((reply, failure) -> {
            Throwable cause = cause(reply, failure);
            if (cause != null) {
                throw new CompletionException(Errors.internal("the snapshot could not be taken", cause, false));
            }
            return null;
        });
    }

    /** As {@link Replica#transferLeadership}. */
    CompletableFuture<NodeId> transferLeadership(NodeId target, long deadlineMs) {
        if (!division.getInfo().isLeader()) {
            return CompletableFuture.failedFuture(leadership.notLeading());
        }
        @Nullable RaftPeer peer = division.getRaftConf().getPeer(RatisSettings.peerId(target));
        if (peer == null) {
            return CompletableFuture.failedFuture(RegistryException.of(
                    ErrorCode.NOT_FOUND, target + " is not a voting member", "name one of the quorum's voters"));
        }
        TransferLeadershipRequest request = new TransferLeadershipRequest(
                clientId, self(), groupId(), callIds.incrementAndGet(), peer.getId(), deadlineMs);
        return call(() -> server.transferLeadershipAsync(request)).handle((reply, failure) -> {
            Throwable cause = cause(reply, failure);
            if (cause == null) {
                return target;
            }
            if (cause instanceof NotLeaderException || cause instanceof LeaderNotReadyException) {
                throw new CompletionException(leadership.notLeading());
            }
            throw new CompletionException(RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    "leadership could not be transferred to " + target + ": " + cause.getMessage(),
                    "check that it is reachable and up to date",
                    cause));
        });
    }

    /** As {@link Replica#changeMembers}. */
    CompletableFuture<Void> changeMembers(Membership from, List<Member> to) {
        if (!division.getInfo().isLeader()) {
            return CompletableFuture.failedFuture(leadership.notLeading());
        }
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(peers(from.members(), Member.Role.VOTER))
                .setListenersInCurrentConf(peers(from.members(), Member.Role.LISTENER))
                .setServersInNewConf(peers(to, Member.Role.VOTER))
                .setListenersInNewConf(peers(to, Member.Role.LISTENER))
                .build();
        SetConfigurationRequest request =
                new SetConfigurationRequest(clientId, self(), groupId(), callIds.incrementAndGet(), arguments);
        return call(() -> server.setConfigurationAsync(request)).handle((reply, failure) -> {
            Throwable cause = cause(reply, failure);
            if (cause != null) {
                throw new CompletionException(memberFailure(cause));
            }
            return null;
        });
    }

    private RegistryException memberFailure(Throwable cause) {
        if (cause instanceof NotLeaderException || cause instanceof LeaderNotReadyException) {
            return Errors.leadershipLost(leadership.otherLeader(), cause);
        }
        String why;
        if (cause instanceof ReconfigurationInProgressException) {
            why = "another change of members is under way";
        } else if (cause instanceof ReconfigurationTimeoutException) {
            why = "the new member did not answer, or made no progress";
        } else {
            why = "Raft refuses the change of members: " + cause.getMessage();
        }
        return RegistryException.of(
                ErrorCode.PRECONDITION_FAILED, why, "look at the members and their logs, then try again", cause);
    }

    private static List<RaftPeer> peers(List<Member> members, Member.Role role) {
        return members.stream()
                .filter(member -> member.role() == role)
                .map(RatisPeers::peer)
                .toList();
    }

    private static @Nullable Throwable cause(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
        if (failure != null) {
            return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        }
        if (reply == null) {
            return new IllegalStateException("Ratis gave no reply");
        }
        if (!reply.isSuccess() && reply.getException() == null) {
            return new IllegalStateException("Ratis refused: " + reply);
        }
        return reply.getException();
    }

    private interface Call {
        CompletableFuture<RaftClientReply> run() throws IOException;
    }

    private static CompletableFuture<RaftClientReply> call(Call call) {
        try {
            return call.run();
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private RaftPeerId self() {
        return division.getId();
    }

    private RaftGroupId groupId() {
        return division.getMemberId().getGroupId();
    }
}
