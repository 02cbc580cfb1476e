package io.meshkit.server.verbs;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Times;
import io.meshkit.raft.Replica;
import io.meshkit.server.access.Principal;
import io.meshkit.v1.CreateSnapshotRequest;
import io.meshkit.v1.CreateSnapshotResponse;
import io.meshkit.v1.Credential;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetTransportStatsRequest;
import io.meshkit.v1.ListDowngradeEventsRequest;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ListLeasesResponse;
import io.meshkit.v1.TransferLeadershipRequest;
import io.meshkit.v1.WhoAmIRequest;
import io.meshkit.v1.WhoAmIResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The verbs of kind NODE: answered by the node that is asked, never replicated. A new one adds a line to
 * {@link #handlers}.
 */
public final class NodeVerbs {
    private final Replica replica;
    private final QuorumStatus status;
    private final Leadership leadership;
    private final TransportQuestions transport;
    private final Map<String, Handler> handlers;

    /** Answers one verb. */
    @FunctionalInterface
    public interface Handler {
        Message handle(Message request, Principal principal, Deadline deadline);
    }

    /** @param more handlers of other services, by the request message's full name */
    public NodeVerbs(
            Replica replica,
            QuorumStatus status,
            Leadership leadership,
            TransportQuestions transport,
            Map<String, Handler> more) {
        this.replica = replica;
        this.status = status;
        this.leadership = leadership;
        this.transport = transport;
        Map<String, Handler> own = Map.of(
                name(GetQuorumStatusRequest.getDefaultInstance()),
                        (request, principal, deadline) -> this.status.get(deadline),
                name(TransferLeadershipRequest.getDefaultInstance()),
                        (request, principal, deadline) ->
                                this.leadership.transfer((TransferLeadershipRequest) request, deadline),
                name(CreateSnapshotRequest.getDefaultInstance()), (request, principal, deadline) -> snapshot(deadline),
                name(WhoAmIRequest.getDefaultInstance()), (request, principal, deadline) -> whoAmI(principal),
                name(GetTransportStatsRequest.getDefaultInstance()),
                        (request, principal, deadline) -> this.transport.stats(),
                name(ListDowngradeEventsRequest.getDefaultInstance()),
                        (request, principal, deadline) -> this.transport.events((ListDowngradeEventsRequest) request));
        this.handlers = new HashMap<>(own);
        handlers.putAll(more);
    }

    /** As handlers are named. */
    public static String name(Message request) {
        return request.getDescriptorForType().getFullName();
    }

    /** Whether the verb with this request message has a handler. */
    boolean knows(Message request) {
        return handlers.containsKey(name(request));
    }

    Message handle(Message request, Principal principal, Deadline deadline) {
        return Optional.ofNullable(handlers.get(name(request)))
                .orElseThrow(() -> new IllegalStateException("no handler for " + name(request)))
                .handle(request, principal, deadline);
    }

    /** What remains of leases, by the verb ListLeases. */
    public ListLeasesResponse leases(ListLeasesRequest request, Deadline deadline) {
        return (ListLeasesResponse) handle(request, Principal.current(), deadline);
    }

    private CreateSnapshotResponse snapshot(Deadline deadline) {
        return CreateSnapshotResponse.newBuilder()
                .setNode(replica.self().value())
                .setLogIndex(Waits.await(replica.createSnapshot(), deadline))
                .build();
    }

    private WhoAmIResponse whoAmI(Principal principal) {
        Credential credential = principal.caller().credential();
        WhoAmIResponse.Builder me = WhoAmIResponse.newBuilder()
                .setPrincipal(principal.name())
                .setMethod(principal.method())
                .addAllScopes(principal.scopeNames())
                .addAllGroups(credential.getGroupsList())
                .setCredentialId(credential.getId())
                .addAllBindings(principal.grants().bindings(null, System.currentTimeMillis()))
                .setNode(replica.self().value());
        if (credential.getExpiresAtMs() > 0) {
            me.setExpiresAt(Times.timestamp(credential.getExpiresAtMs()));
        }
        return me.build();
    }
}
