package io.meshkit.server.observe;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.meshkit.raft.Replica;
import io.meshkit.raft.ReplicaStatus;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.server.verbs.Barrier;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The gauges of a node: what a scrape asks of the replica and of the JVM. */
public final class Metrics {
    private static final List<String> ROLES = List.of("leader", "follower", "candidate", "listener");

    private Metrics() {}

    public static void register(
            MetricRegistry registry,
            Replica replica,
            Barrier barrier,
            Path dataDirectory,
            DiskGate disk,
            String version) {
        gauge(registry, "meshkit_disk_free_bytes", () -> dataDirectory.toFile().getUsableSpace());
        gauge(registry, "meshkit_disk_low", () -> disk.isLow() ? 1 : 0);
        gauge(registry, "meshkit_disk_low_members", disk::membersLow);
        status(registry, replica, "meshkit_raft_term", ReplicaStatus::term);
        status(registry, replica, "meshkit_raft_log_end_index", ReplicaStatus::logEndIndex);
        status(registry, replica, "meshkit_raft_committed_index", ReplicaStatus::committedIndex);
        status(registry, replica, "meshkit_raft_applied_index", ReplicaStatus::appliedIndex);
        status(registry, replica, "meshkit_raft_snapshot_index", ReplicaStatus::snapshotIndex);
        status(registry, replica, "meshkit_revision", ReplicaStatus::revision);
        status(registry, replica, "meshkit_low_watermark_revision", ReplicaStatus::lowWatermark);
        for (String role : ROLES) {
            status(
                    registry,
                    replica,
                    "meshkit_raft_role{role=\"" + role + "\"}",
                    s -> s.role().equals(role) ? 1 : 0);
        }
        gauge(registry, "meshkit_raft_leader_known", () -> replica.leader().isPresent() ? 1 : 0);
        gauge(registry, "meshkit_follower_read_rounds", barrier::followerRounds);
        gauge(registry, "meshkit_build_info{version=\"" + version + "\"}", () -> 1);
        var runtime = Runtime.getRuntime();
        var jvm = ManagementFactory.getRuntimeMXBean();
        gauge(registry, "meshkit_jvm_heap_used_bytes", () -> runtime.totalMemory() - runtime.freeMemory());
        gauge(registry, "meshkit_jvm_heap_max_bytes", runtime::maxMemory);
        gauge(registry, "meshkit_process_uptime_seconds", () -> jvm.getUptime() / 1e3);
    }

    private static void status(
            MetricRegistry registry, Replica replica, String name, ToDoubleFunction<ReplicaStatus> value) {
        gauge(registry, name, () -> value.applyAsDouble(replica.status()));
    }

    private static void gauge(MetricRegistry registry, String name, Gauge<Number> value) {
        registry.register(name, value);
    }
}
