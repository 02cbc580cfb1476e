package io.meshkit.server.members;

import com.google.protobuf.Message;
import io.meshkit.api.RegistryException;
import io.meshkit.internal.v1.ChangeMembersRequest;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.LeaderRetry;
import io.meshkit.server.verbs.NodeVerbs;
import io.meshkit.server.verbs.Waits;
import io.meshkit.v1.AddQuorumMemberRequest;
import io.meshkit.v1.ListQuorumMembersRequest;
import io.meshkit.v1.RemoveQuorumMemberRequest;
import io.meshkit.v1.ReplaceQuorumMemberRequest;
import java.util.Map;

/** The verbs about members, on any node: the leader answers. Thread: any number; blocks. */
public final class MemberVerbs {
    private final Replica replica;
    private final MemberAnswers answers;
    private final MemberCalls calls;
    private final LeaderRetry retry;

    public MemberVerbs(Replica replica, MemberAnswers answers, MemberCalls calls, LeaderRetry retry) {
        this.replica = replica;
        this.answers = answers;
        this.calls = calls;
        this.retry = retry;
    }

    public Map<String, NodeVerbs.Handler> handlers() {
        return Map.of(
                NodeVerbs.name(ListQuorumMembersRequest.getDefaultInstance()),
                (request, principal, deadline) -> list(deadline),
                NodeVerbs.name(AddQuorumMemberRequest.getDefaultInstance()),
                (request, principal, deadline) ->
                        change(asked(principal.name()).setAdd((AddQuorumMemberRequest) request), deadline),
                NodeVerbs.name(RemoveQuorumMemberRequest.getDefaultInstance()),
                (request, principal, deadline) ->
                        change(asked(principal.name()).setRemove((RemoveQuorumMemberRequest) request), deadline),
                NodeVerbs.name(ReplaceQuorumMemberRequest.getDefaultInstance()),
                (request, principal, deadline) ->
                        change(asked(principal.name()).setReplace((ReplaceQuorumMemberRequest) request), deadline));
    }

    private static ChangeMembersRequest.Builder asked(String principal) {
        return ChangeMembersRequest.newBuilder().setPrincipal(principal);
    }

    private Message list(Deadline deadline) {
        NodeId leader = replica.leader().orElse(replica.self());
        if (leader.equals(replica.self())) {
            return answers.list();
        }
        try {
            return Waits.await(calls.list(leader, deadline.remainingMs()), deadline);
        } catch (RegistryException e) {
            // What this node knows is better than nothing, above all while there is no leader.
            return answers.list();
        }
    }

    private Message change(ChangeMembersRequest.Builder change, Deadline deadline) {
        ChangeMembersRequest request = change.build();
        return retry.run(
                deadline,
                attempt -> attempt.leader().equals(replica.self())
                        ? answers.change(request, deadline)
                        : attempt.await(calls.change(attempt.leader(), request, deadline.remainingMs())));
    }
}
