package io.meshkit.client;

import io.meshkit.v1.GetLeaseSummaryRequest;
import io.meshkit.v1.GetLeaseSummaryResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.ListLeasesRequest;
import java.time.Duration;
import java.util.List;

/** Leases of peers, leaders and candidates. */
public final class LeasesApi {
    private final MeshKitClient client;
    private final LeaseKeeper keeper;

    LeasesApi(MeshKitClient client, LeaseKeeper keeper) {
        this.client = client;
        this.keeper = keeper;
    }

    /**
     * Keeps the lease alive until the handle is closed or the lease is lost.
     *
     * @param id        as registering or campaigning answered
     * @param ttl       as it was asked for
     * @param sentNanos {@link System#nanoTime} before the request that took the lease was sent
     */
    public LeaseHandle keepAlive(long id, Duration ttl, long sentNanos, LeaseListener listener) {
        return keeper.keep(id, ttl, sentNanos, listener);
    }

    /** Extends the leases once. One status per id, in order. */
    public List<LeaseStatus> keepAlive(List<Long> ids) {
        return client.call(
                        LeaseServiceGrpc.getKeepAliveMethod(),
                        KeepAliveRequest.newBuilder().addAllIds(ids).build())
                .getLeasesList();
    }

    /** What remains of the leases; extends none. One status per id, in order. */
    public List<LeaseStatus> list(List<Long> ids) {
        return client.call(
                        LeaseServiceGrpc.getListLeasesMethod(),
                        ListLeasesRequest.newBuilder().addAllIds(ids).build())
                .getLeasesList();
    }

    public GetLeaseSummaryResponse summary() {
        return client.call(LeaseServiceGrpc.getGetLeaseSummaryMethod(), GetLeaseSummaryRequest.getDefaultInstance());
    }
}
