package io.meshkit.server.members;

import io.meshkit.internal.v1.ChangeMembersRequest;
import io.meshkit.internal.v1.MembersResponse;
import io.meshkit.raft.NodeId;
import io.meshkit.v1.ChangeQuorumMembersResponse;
import io.meshkit.v1.ListQuorumMembersResponse;
import java.util.concurrent.CompletableFuture;

/**
 * What a node asks of others about members. Futures fail only with {@link io.meshkit.api.RegistryException}. Thread:
 * any number.
 */
public interface MemberCalls {
    /** The member's current term: whether it is there. */
    CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs);

    CompletableFuture<MembersResponse> members(NodeId member, long deadlineMs);

    CompletableFuture<ListQuorumMembersResponse> list(NodeId leader, long deadlineMs);

    CompletableFuture<ChangeQuorumMembersResponse> change(NodeId leader, ChangeMembersRequest request, long deadlineMs);
}
