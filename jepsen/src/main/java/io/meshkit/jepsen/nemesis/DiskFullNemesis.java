package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.disk.SmallDisk;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node's disk is full. The node may stop, loudly; it is started again once there is room. Shows by what the node
 * itself wrote into its log about it: that the filler's own writes were refused proves nothing about the node.
 */
final class DiskFullNemesis implements Nemesis {
    private static final String ENOSPC = "No space left on device";

    /** The node meets the full disk with the next piece that it needs; the fault lasts until then, but no longer. */
    private static final long SHOWN_LIMIT_MS = 20_000;

    /** From the first line about it to the halt. Started before that, it would count as running, and stay away. */
    private static final long HALT_LIMIT_MS = 5_000;

    private static final long PAUSE_MS = 50;

    private @Nullable SmallDiskNode victim;

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
        // A node refuses to start on a disk that is nearly full, and to take what adds; this one is small all the time.
        // Small log files, so that it soon needs room for the next one.
        victim = SmallDiskNode.prepare(
                chosen,
                List.of("raft.free-space-bytes-min=0", "storage.free-bytes-min=0", "raft.log-segment-bytes-max=65536"));
    }

    @Override
    public Injection inject(Arena arena) throws IOException {
        SmallDiskNode prepared = victim;
        if (prepared == null) {
            throw new IllegalStateException("not prepared");
        }
        Node node = prepared.node();
        SmallDisk small = prepared.disk();
        node.expectEnd();
        long from = Files.exists(node.console()) ? Files.size(node.console()) : 0;
        small.fill();
        return Evidence.injection(node.id(), () -> {
            awaitShown(node, from);
            SequencedMap<String, Long> evidence = new LinkedHashMap<>();
            evidence.put("lines of the node's own log about it", lines(node, from));
            if (node.awaitEnd(HALT_LIMIT_MS)) {
                evidence.put("stopped itself", 1L);
            }
            small.empty();
            node.start();
            return evidence;
        });
    }

    private static void awaitShown(Node node, long from) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (node.isRunning()
                && lines(node, from) == 0
                && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(SHOWN_LIMIT_MS)) {
            Thread.sleep(PAUSE_MS);
        }
    }

    /** Those that say that the device is full, behind that position of its log. */
    private static long lines(Node node, long from) throws IOException {
        byte[] log = Files.readAllBytes(node.console());
        int start = (int) Math.min(from, log.length);
        return new String(log, start, log.length - start, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.contains(ENOSPC))
                .count();
    }
}
