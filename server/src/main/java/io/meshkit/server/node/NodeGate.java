package io.meshkit.server.node;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.query.MemberRows;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.server.access.Spiffe;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.omnirelay.transport.Errors;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;

/**
 * Says which node may ask what. A certificate that members trust says who a node is, not that it is a member: one may be
 * about to join, another was removed. One that was revoked says nothing.
 *
 * <p>Questions about terms and members are open to all nodes, because a member whose log lags does not know of a newer
 * one yet, which may lead and needs its word. What writes or gives state away is for members, and the checkpoint for
 * who joins, for as long as they are that: it is asked again with every part. Thread: any number.
 */
final class NodeGate implements ServerInterceptor {
    /** The node that calls. */
    static final Context.Key<NodeId> CALLER = Context.key("meshkit-node");

    /** The certificate that it has shown. */
    static final Context.Key<X509Certificate> CERTIFICATE = Context.key("meshkit-node-certificate");

    /** Open to whoever was removed, too: by this it learns that it was. */
    private static final String MEMBERS = "meshkit.internal.v1.MemberNodeService/Members";

    private static final Set<String> OPEN = Set.of(
            MEMBERS,
            "meshkit.internal.v1.NodeService/CurrentTerm",
            "meshkit.internal.v1.NodeService/ReadIndex",
            "meshkit.internal.v1.NodeService/Status");
    private static final String CHECKPOINT = "meshkit.internal.v1.NodeService/FetchCheckpoint";

    private final Replica replica;
    private final NodeStanding standing;

    NodeGate(Replica replica, NodeStanding standing) {
        this.replica = replica;
        this.standing = standing;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<X509Certificate> shown =
                Spiffe.certificateOfPeer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        Optional<NodeId> caller = shown.flatMap(standing::node);
        String method = call.getMethodDescriptor().getFullMethodName();
        if (caller.isEmpty() || !may(caller.get(), shown.get(), method)) {
            // Nothing was done, and a client of that node may try another.
            StatusRuntimeException refusal = Errors.toGrpc(
                    refusal(caller.map(NodeId::value).orElse("a node without a certificate that is valid now")));
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        Context context = Context.current().withValues(CALLER, caller.get(), CERTIFICATE, shown.get());
        return Contexts.interceptCall(
                context,
                method.equals(CHECKPOINT) ? new Parts<>(call, caller.get(), shown.get()) : call,
                headers,
                next);
    }

    private static RegistryException refusal(String caller) {
        return RegistryException.of(
                ErrorCode.NO_LEADER,
                caller + " is no member of this quorum, or its certificate was revoked",
                "add it: omnirelay quorum members add");
    }

    /** A transfer of minutes. */
    private final class Parts<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final NodeId caller;
        private final X509Certificate shown;

        Parts(ServerCall<Q, R> call, NodeId caller, X509Certificate shown) {
            super(call);
            this.caller = caller;
            this.shown = shown;
        }

        @Override
        public void sendMessage(R part) {
            if (!may(caller, shown, CHECKPOINT)) {
                throw refusal(caller.value());
            }
            super.sendMessage(part);
        }
    }

    private boolean may(NodeId caller, X509Certificate shown, String method) {
        return switch (standing.of(shown)) {
            case GOOD -> mayIfGood(caller, method);
            case REMOVED -> method.equals(MEMBERS);
            case REVOKED -> false;
        };
    }

    private boolean mayIfGood(NodeId caller, String method) {
        return OPEN.contains(method)
                || replica.membership().contains(caller)
                || (method.equals(CHECKPOINT) && isJoining(caller));
    }

    private boolean isJoining(NodeId caller) {
        try (StoreSnapshot view = replica.snapshot()) {
            return MemberRows.find(view, caller.value())
                    .filter(record -> record.getState() == State.JOINING)
                    .isPresent();
        }
    }
}
