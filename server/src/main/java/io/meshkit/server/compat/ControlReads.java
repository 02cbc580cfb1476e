package io.meshkit.server.compat;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.v1.DiffShardsRequest;
import io.meshkit.v1.DiffShardsResponse;
import io.meshkit.v1.GetLeadershipRequest;
import io.meshkit.v1.GetLeadershipResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.ListLeadershipsRequest;
import io.meshkit.v1.ListLeadershipsResponse;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ListLeasesResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.SimulateShardsRequest;
import io.meshkit.v1.SimulateShardsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The reads of ours that answer the original's: where it knows no pages, all of them, up to a limit.
 *
 * <p>Thread: any number; blocks the caller.
 */
final class ControlReads {
    /** Peers, leadership scopes or diffs of one answer. */
    static final int ANSWER_MAX = 10_000;

    private static final int PAGE = 500;
    private static final int LEASES_PER_CALL = 1_000;

    private final Asker reads;
    private final Leases leases;

    /** A read verb of ours. */
    @FunctionalInterface
    interface Asker {
        /** @throws RegistryException as the verb itself */
        <R extends Message> R ask(Message request, R response, Deadline deadline);
    }

    /** What remains of leases, which only the leader knows. */
    @FunctionalInterface
    interface Leases {
        ListLeasesResponse list(ListLeasesRequest request, Deadline deadline);
    }

    ControlReads(Asker reads, Leases leases) {
        this.reads = reads;
        this.leases = leases;
    }

    ListShardsResponse shards(ShardFilter filter, int pageSize, String cursor, Deadline deadline) {
        return reads.ask(filter.list(pageSize, cursor), ListShardsResponse.getDefaultInstance(), deadline);
    }

    /** @throws RegistryException LIMIT_EXCEEDED if there are more than {@link #ANSWER_MAX} */
    List<ShardDiff> diffs(ShardFilter filter, long from, long to, Deadline deadline) {
        DiffShardsRequest request = filter.diff(from, to);
        List<ShardDiff> diffs = new ArrayList<>();
        pages(
                page -> request.toBuilder().setPage(page).build(),
                DiffShardsResponse.getDefaultInstance(),
                DiffShardsResponse::getNextCursor,
                page -> add(page.getDiffsList(), diffs, "narrow the range, or take pages from /meshkit/shards/diff"),
                deadline);
        return ShardFeed.resumable(diffs);
    }

    SimulateShardsResponse simulate(SimulateShardsRequest request, Deadline deadline) {
        return reads.ask(request, SimulateShardsResponse.getDefaultInstance(), deadline);
    }

    /** @throws RegistryException LIMIT_EXCEEDED if there are more than {@link #ANSWER_MAX} */
    List<Peer> peers(Deadline deadline) {
        List<Peer> peers = new ArrayList<>();
        pages(
                page -> ListPeersRequest.newBuilder().setPage(page).build(),
                ListPeersResponse.getDefaultInstance(),
                ListPeersResponse::getNextCursor,
                page -> add(page.getPeersList(), peers, "take pages from /meshkit/peers"),
                deadline);
        return peers;
    }

    /** The scopes that are led. @param scope empty: all */
    List<Leadership> leaders(String scope, Deadline deadline) {
        List<Leadership> scopes = new ArrayList<>();
        if (scope.isEmpty()) {
            pages(
                    page -> ListLeadershipsRequest.newBuilder().setPage(page).build(),
                    ListLeadershipsResponse.getDefaultInstance(),
                    ListLeadershipsResponse::getNextCursor,
                    page -> add(page.getLeadershipsList(), scopes, "name a scope"),
                    deadline);
        } else {
            try {
                scopes.add(reads.ask(
                                GetLeadershipRequest.newBuilder()
                                        .setScope(scope)
                                        .build(),
                                GetLeadershipResponse.getDefaultInstance(),
                                deadline)
                        .getLeadership());
            } catch (RegistryException e) {
                if (e.code() != ErrorCode.NOT_FOUND) {
                    throw e;
                }
            }
        }
        scopes.removeIf(each -> !LeadershipFeed.isLed(each));
        return scopes;
    }

    /** By lease id. Leases that have ended meanwhile are left out. */
    Map<Long, LeaseStatus> leases(List<Leadership> scopes, Deadline deadline) {
        Map<Long, LeaseStatus> byId = new TreeMap<>();
        for (int i = 0; i < scopes.size(); i += LEASES_PER_CALL) {
            List<Long> ids = scopes.subList(i, Math.min(scopes.size(), i + LEASES_PER_CALL)).stream()
                    .map(Leadership::getLeaseId)
                    .toList();
            leases.list(ListLeasesRequest.newBuilder().addAllIds(ids).build(), deadline).getLeasesList().stream()
                    .filter(LeaseStatus::hasRemaining)
                    .forEach(lease -> byId.put(lease.getId(), lease));
        }
        return byId;
    }

    private <R extends Message> void pages(
            Function<PageRequest, Message> request,
            R response,
            Function<R, String> nextCursor,
            Consumer<R> take,
            Deadline deadline) {
        String cursor = "";
        do {
            PageRequest asked =
                    PageRequest.newBuilder().setSize(PAGE).setCursor(cursor).build();
            R page = reads.ask(request.apply(asked), response, deadline);
            take.accept(page);
            cursor = nextCursor.apply(page);
        } while (!cursor.isEmpty());
    }

    private static <T> void add(List<T> page, List<T> into, String hint) {
        into.addAll(page);
        if (into.size() > ANSWER_MAX) {
            throw RegistryException.of(
                    ErrorCode.LIMIT_EXCEEDED, "the answer would hold more than " + ANSWER_MAX + " elements", hint);
        }
    }
}
