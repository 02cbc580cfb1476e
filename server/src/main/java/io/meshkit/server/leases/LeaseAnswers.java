package io.meshkit.server.leases;

import com.google.protobuf.util.Timestamps;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.NodeId;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.v1.GetLeaseSummaryResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.KeepAliveResponse;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ListLeasesResponse;
import io.meshkit.v1.ReleaseExpiryGuardRequest;
import io.meshkit.v1.ReleaseExpiryGuardResponse;

/**
 * The lease verbs on the node that leads. Elsewhere all throw NO_LEADER. Thread: any number; {@link #keepAlive}
 * and {@link #list} block.
 */
public final class LeaseAnswers {
    private final NodeId self;
    private final Lessor lessor;

    public LeaseAnswers(NodeId self, Lessor lessor) {
        this.self = self;
        this.lessor = lessor;
    }

    public KeepAliveResponse keepAlive(KeepAliveRequest request, Deadline deadline) {
        return KeepAliveResponse.newBuilder()
                .addAllLeases(lessor.keepAlive(request.getIdsList(), deadline))
                .build();
    }

    public ListLeasesResponse list(ListLeasesRequest request, Deadline deadline) {
        return ListLeasesResponse.newBuilder()
                .addAllLeases(lessor.describe(request.getIdsList(), deadline))
                .build();
    }

    public GetLeaseSummaryResponse summary() {
        LeaseCounts counts = lessor.counts();
        if (counts.term() < 0) {
            throw RegistryException.of(ErrorCode.NO_LEADER, "this node does not hold the leases", "ask the leader");
        }
        GetLeaseSummaryResponse.Builder summary = GetLeaseSummaryResponse.newBuilder()
                .setLeader(self.value())
                .setTerm(counts.term())
                .setAlive(counts.alive())
                .setSuspect(counts.suspect())
                .setHeld(counts.held())
                .setGuardEngaged(counts.guardEngaged());
        if (counts.guardEngaged()) {
            summary.setGuardEngagedAt(Timestamps.fromMillis(counts.guardEngagedAtMs()));
        }
        // 2^53: no guard at all; JSON numbers hold no more.
        return summary.setGuardExpiriesMax(Math.min(counts.guardExpiriesMax(), 1L << 53))
                .build();
    }

    public ReleaseExpiryGuardResponse release(ReleaseExpiryGuardRequest request) {
        return ReleaseExpiryGuardResponse.newBuilder()
                .setReleased(lessor.releaseGuard(request.getReason()))
                .build();
    }
}
