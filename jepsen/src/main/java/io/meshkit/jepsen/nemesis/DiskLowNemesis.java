package io.meshkit.jepsen.nemesis;

import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.disk.SmallDisk;
import io.meshkit.jepsen.os.Capability;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.TransferLeadershipRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node's disk fills up, but for a little: the node must say so and, if it leads, refuse what adds; it must not stop,
 * and take mutations again once there is room. It is asked to lead first. Shows by what the node says of its disk.
 */
final class DiskLowNemesis implements Nemesis {
    private static final long MEGABYTE = 1 << 20;
    private static final long FREE_MIN = 64 * MEGABYTE;
    /** Room for what a follower must still write meanwhile. */
    private static final long LEFT = 40 * MEGABYTE;

    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final long LIMIT_MS = 20_000;
    private static final long PAUSE_MS = 100;

    private @Nullable SmallDiskNode victim;

    @Override
    public String name() {
        return "disk-low";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.TMPFS);
    }

    @Override
    public void prepare(Arena arena) throws IOException {
        Node chosen = arena.cluster().nodes().get(1); // Neither that of PowerNemesis nor that of DiskFullNemesis.
        victim = SmallDiskNode.prepare(
                chosen,
                List.of(
                        "raft.free-space-bytes-min=0",
                        "raft.log-segment-bytes-max=1048576",
                        "storage.free-bytes-min=" + FREE_MIN,
                        "storage.free-check-interval-ms=100"));
    }

    @Override
    public Injection inject(Arena arena) throws IOException {
        SmallDiskNode prepared = victim;
        if (prepared == null) {
            throw new IllegalStateException("not prepared");
        }
        Node node = prepared.node();
        SmallDisk small = prepared.disk();
        boolean leads = lead(arena.cluster(), node);
        small.fillTo(LEFT);
        return Evidence.injection(node.id() + (leads ? ", which leads" : ""), () -> {
            SequencedMap<String, Long> evidence = new LinkedHashMap<>();
            boolean said = await(arena.cluster(), node, true);
            small.empty();
            boolean cleared = await(arena.cluster(), node, false);
            evidence.put("says that its disk is low, and no more", said && cleared ? 1L : 0L);
            return evidence;
        });
    }

    /** @return whether it leads; it may be that nobody can be asked now, and that is no fault of it */
    private static boolean lead(Cluster cluster, Node node) {
        String leader = cluster.leader();
        if (!leader.isEmpty() && !leader.equals(node.id())) {
            try {
                cluster.operator()
                        .call(
                                QuorumServiceGrpc.getTransferLeadershipMethod(),
                                TransferLeadershipRequest.newBuilder()
                                        .setNode(node.id())
                                        .build(),
                                new CallSettings(CALL_LIMIT, leader, false));
            } catch (RegistryException e) {
                return false;
            }
        }
        return cluster.leader().equals(node.id());
    }

    private static boolean await(Cluster cluster, Node node, boolean low) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(LIMIT_MS)) {
            GetQuorumStatusResponse status = cluster.ask().get(node.id());
            if (status != null && status.getDiskLow() == low) {
                return true;
            }
            Thread.sleep(PAUSE_MS);
        }
        return false;
    }
}
