package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.disk.SmallDisk;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node's disk is full. The node may stop, loudly; it is started again once there is room. Shows by the writes
 * that the file system refused.
 */
final class DiskFullNemesis implements Nemesis {
    /** Room for the store, its log's preallocated segments, and a minute of mutations. */
    private static final int MEGABYTES = 256;

    private @Nullable Node victim;
    private @Nullable SmallDisk disk;

    @Override
    public String name() {
        return "disk-full";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.TMPFS);
    }

    @Override
    public void prepare(Arena arena) throws IOException {
        List<Node> nodes = arena.cluster().nodes();
        Node chosen = nodes.getLast(); // Not the one of PowerNemesis: both may be asked for.
        disk = SmallDisk.mount(chosen.data(), MEGABYTES);
        // A node refuses to start on a disk that is nearly full; this one is small all the time.
        // Small log files, so that it soon needs room for the next one.
        chosen.addSettings(List.of("raft.free-space-bytes-min=0", "raft.log-segment-bytes-max=65536"));
        victim = chosen;
    }

    @Override
    public Injection inject(Arena arena) throws IOException {
        Node node = victim;
        SmallDisk small = disk;
        if (node == null || small == null) {
            throw new IllegalStateException("not prepared");
        }
        node.expectEnd();
        long refused = small.fill();
        return Evidence.injection(node.id(), () -> {
            SequencedMap<String, Long> evidence = new LinkedHashMap<>();
            evidence.put("writes refused by the full disk", refused);
            if (!node.isRunning()) {
                evidence.put("stopped itself", 1L);
            }
            small.empty();
            node.start();
            return evidence;
        });
    }
}
