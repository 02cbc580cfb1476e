package io.omnirelay.cli.quorum;

import io.grpc.MethodDescriptor;
import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClient;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What each node says of the quorum, asked of all at the same time.
 *
 * @param nodes in the order of the endpoints
 */
record QuorumView(List<Seen> nodes) {

    /** One node: its answer, or why there is none. */
    record Seen(
            String node,
            @Nullable GetQuorumStatusResponse status,
            @Nullable ErrorDetail error) {

        boolean ready() {
            return status != null && status.getReady();
        }

        String leader() {
            return status == null ? "" : status.getLeader();
        }
    }

    /**
     * Asks each node once.
     *
     * @param limit of each call
     */
    static QuorumView ask(MeshKitClient client, Duration limit) {
        MethodDescriptor<GetQuorumStatusRequest, GetQuorumStatusResponse> method =
                QuorumServiceGrpc.getGetQuorumStatusMethod();
        List<CompletableFuture<Seen>> asked = new ArrayList<>();
        for (Endpoint endpoint : client.endpoints()) {
            CallSettings settings = new CallSettings(limit, endpoint.node(), false);
            asked.add(client.callAsync(method, GetQuorumStatusRequest.getDefaultInstance(), settings)
                    .handle((status, failure) -> new Seen(endpoint.node(), status, detail(failure))));
        }
        return new QuorumView(asked.stream().map(CompletableFuture::join).toList());
    }

    private static @Nullable ErrorDetail detail(@Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RegistryException known) {
            return known.detail();
        }
        throw new IllegalStateException(cause);
    }

    /** A majority is ready and agrees on who leads. */
    boolean ready() {
        String leader = leader();
        long agreeing = nodes.stream()
                .filter(Seen::ready)
                .filter(seen -> seen.leader().equals(leader))
                .count();
        return !leader.isEmpty() && agreeing > nodes.size() / 2;
    }

    /** Everyone is. */
    boolean allReady() {
        return ready() && nodes.stream().allMatch(Seen::ready);
    }

    /** Of the newest term that anyone knows; empty if nobody knows one. */
    String leader() {
        String leader = "";
        long newest = -1;
        for (Seen seen : nodes) {
            if (seen.status() != null
                    && !seen.leader().isEmpty()
                    && seen.status().getTerm() > newest) {
                newest = seen.status().getTerm();
                leader = seen.leader();
            }
        }
        return leader;
    }
}
