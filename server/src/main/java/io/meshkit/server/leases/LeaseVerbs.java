package io.meshkit.server.leases;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.raft.NodeId;
import io.meshkit.server.access.Principal;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.LeaderRetry;
import io.meshkit.server.verbs.NodeVerbs;
import io.meshkit.v1.GetLeaseSummaryRequest;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ReleaseExpiryGuardRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The lease service on any node: answered here if this node leads, else by the leader. Repeating is safe: an
 * extension twice is an extension. Thread: any number; blocks.
 */
public final class LeaseVerbs {
    private final NodeId self;
    private final LeaseAnswers answers;
    private final LeaseCalls calls;
    private final LeaderRetry retry;

    public LeaseVerbs(NodeId self, LeaseAnswers answers, LeaseCalls calls, LeaderRetry retry) {
        this.self = self;
        this.answers = answers;
        this.calls = calls;
        this.retry = retry;
    }

    /** The handlers, by the request message's full name. */
    public Map<String, NodeVerbs.Handler> handlers() {
        Map<String, NodeVerbs.Handler> handlers = new HashMap<>();
        handlers.put(
                NodeVerbs.name(KeepAliveRequest.getDefaultInstance()),
                (request, principal, deadline) -> keepAlive((KeepAliveRequest) request, deadline));
        handlers.put(
                NodeVerbs.name(ListLeasesRequest.getDefaultInstance()),
                (request, principal, deadline) -> list((ListLeasesRequest) request, deadline));
        handlers.put(
                NodeVerbs.name(GetLeaseSummaryRequest.getDefaultInstance()),
                (request, principal, deadline) -> summary((GetLeaseSummaryRequest) request, deadline));
        handlers.put(
                NodeVerbs.name(ReleaseExpiryGuardRequest.getDefaultInstance()),
                (request, principal, deadline) -> release((ReleaseExpiryGuardRequest) request, principal, deadline));
        return handlers;
    }

    private Message keepAlive(KeepAliveRequest request, Deadline deadline) {
        checkIds(request.getIdsList());
        return atLeader(
                deadline,
                () -> answers.keepAlive(request, deadline),
                (leader, ms) -> calls.keepAlive(leader, request, ms));
    }

    private Message list(ListLeasesRequest request, Deadline deadline) {
        checkIds(request.getIdsList());
        return atLeader(
                deadline, () -> answers.list(request, deadline), (leader, ms) -> calls.list(leader, request, ms));
    }

    private Message summary(GetLeaseSummaryRequest request, Deadline deadline) {
        return atLeader(deadline, answers::summary, (leader, ms) -> calls.summary(leader, request, ms));
    }

    private Message release(ReleaseExpiryGuardRequest request, Principal principal, Deadline deadline) {
        int max = DomainLimits.REASON_BYTES_MAX / 2;
        if (request.getReason().isBlank() || request.getReason().length() > max) {
            throw invalid("reason", "the reason is missing or longer than " + max, "say why the peers may go");
        }
        ReleaseExpiryGuardRequest signed = ReleaseExpiryGuardRequest.newBuilder()
                .setReason(request.getReason() + " (" + principal.name() + ")")
                .build();
        return atLeader(deadline, () -> answers.release(signed), (leader, ms) -> calls.release(leader, signed, ms));
    }

    @FunctionalInterface
    private interface Remote<R> {
        CompletableFuture<R> ask(NodeId leader, long deadlineMs);
    }

    private <R extends Message> R atLeader(Deadline deadline, Supplier<R> here, Remote<R> there) {
        return retry.run(
                deadline,
                attempt -> attempt.leader().equals(self)
                        ? here.get()
                        : attempt.await(there.ask(attempt.leader(), Math.max(1, deadline.remainingMs()))));
    }

    private static void checkIds(List<Long> ids) {
        if (ids.isEmpty() || ids.size() > DomainLimits.LEASES_PER_CALL_MAX) {
            throw invalid(
                    "ids", ids.size() + " leases are named", "1–" + DomainLimits.LEASES_PER_CALL_MAX + " in one call");
        }
        for (long id : ids) {
            if (id <= 0) {
                throw invalid("ids", "no lease id: " + id, "pass the ids that registering or campaigning answered");
            }
        }
    }

    private static RegistryException invalid(String field, String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }
}
