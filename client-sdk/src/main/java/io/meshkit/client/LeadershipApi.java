package io.meshkit.client;

import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.GetLeadershipRequest;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.ResignRequest;
import io.meshkit.v1.WatchLeadershipsRequest;
import java.time.Duration;
import java.util.function.Consumer;

/** One leadership scope. */
public final class LeadershipApi {
    private final MeshKitClient client;
    private final LeaseKeeper keeper;
    private final String scope;

    LeadershipApi(MeshKitClient client, LeaseKeeper keeper, String scope) {
        this.client = client;
        this.keeper = keeper;
        this.scope = scope;
    }

    /** As it is now. */
    public Leadership get() {
        return client.call(
                        LeadershipServiceGrpc.getGetLeadershipMethod(),
                        GetLeadershipRequest.newBuilder().setScope(scope).build())
                .getLeadership();
    }

    /**
     * Campaigns, waits in the queue if another leads, and keeps the lease alive all the while.
     *
     * @param onLost told once, in a thread of the client's, when the candidacy or the leadership is lost: stop acting as
     *     the leader
     * @return at once; {@link LeadershipHandle#elected()} completes as soon as the candidate leads: it watches the scope
     *     while it waits
     * @throws io.meshkit.api.RegistryException if the campaign is refused
     */
    public LeadershipHandle campaign(String candidateId, Duration ttl, Consumer<String> onLost) {
        return campaign(CampaignRequest.newBuilder().setCandidateId(candidateId).setQueue(true), ttl, onLost);
    }

    /** As {@link #campaign(String, Duration, Consumer)}, with labels, kind or without waiting as the request says. */
    public LeadershipHandle campaign(CampaignRequest.Builder request, Duration ttl, Consumer<String> onLost) {
        long sentNanos = System.nanoTime();
        CampaignResponse response = client.call(
                LeadershipServiceGrpc.getCampaignMethod(),
                request.setScope(scope)
                        .setTtl(com.google.protobuf.util.Durations.fromMillis(ttl.toMillis()))
                        .build());
        return LeadershipHandle.of(this, keeper, request.getCandidateId(), response, ttl, sentNanos, onLost);
    }

    /** Follows the scope's record. */
    Watch watch(WatchListener listener) {
        return client.watch(WatchLeadershipsRequest.newBuilder().setScope(scope).build(), listener);
    }

    void resign(String candidateId, long lease) {
        client.call(
                LeadershipServiceGrpc.getResignMethod(),
                ResignRequest.newBuilder()
                        .setScope(scope)
                        .setCandidateId(candidateId)
                        .setLeaseId(lease)
                        .build());
    }

    String scope() {
        return scope;
    }
}
