package io.meshkit.server.verbs;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Timestamps;
import io.meshkit.domain.StateMeta;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.raft.ReplicaStatus;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.QuorumMember;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/** The quorum as this node sees it. Thread: any number. */
public final class QuorumStatus {
    private final Replica replica;
    private final Readiness readiness;
    private final String clusterId;
    private final Supplier<List<QuorumMember>> members;
    private final String version;
    private final DiskGate disk;
    private final long startedNanos = System.nanoTime();

    /** @param members as this node knows them now */
    public QuorumStatus(
            Replica replica,
            Readiness readiness,
            String clusterId,
            Supplier<List<QuorumMember>> members,
            String version,
            DiskGate disk) {
        this.replica = replica;
        this.readiness = readiness;
        this.clusterId = clusterId;
        this.members = members;
        this.version = version;
        this.disk = disk;
    }

    /**
     * Takes a read barrier to tell whether the node is ready; without a majority that takes up to a second, or half of
     * the time that the asker has.
     */
    public GetQuorumStatusResponse get(Deadline asker) {
        boolean ready = readiness.isReady(asker);
        ReplicaStatus status = replica.status();
        long uptimeNanos = System.nanoTime() - startedNanos;
        try (StoreSnapshot snapshot = replica.snapshot()) {
            return GetQuorumStatusResponse.newBuilder()
                    .setClusterId(clusterId)
                    .setNode(replica.self().value())
                    .setRole(status.role())
                    .setTerm(status.term())
                    .setLeader(replica.leader().map(NodeId::value).orElse(""))
                    .setLogEndIndex(status.logEndIndex())
                    .setCommittedIndex(status.committedIndex())
                    .setAppliedIndex(status.appliedIndex())
                    .setSnapshotIndex(status.snapshotIndex())
                    .setRevision(StateMeta.revision(snapshot))
                    .setLowWatermarkRevision(StateMeta.lowWatermark(snapshot))
                    .setStateHash(HexFormat.of().formatHex(StateMeta.chainHash(snapshot)))
                    .addAllMembers(members.get())
                    .setReady(ready)
                    .setVersion(version)
                    .setUptime(Duration.newBuilder()
                            .setSeconds(uptimeNanos / 1_000_000_000)
                            .setNanos((int) (uptimeNanos % 1_000_000_000)))
                    .setTime(Timestamps.fromMillis(System.currentTimeMillis()))
                    .setDiskFreeBytes(disk.freeBytes())
                    .setDiskLow(disk.isLow())
                    .build();
        }
    }
}
