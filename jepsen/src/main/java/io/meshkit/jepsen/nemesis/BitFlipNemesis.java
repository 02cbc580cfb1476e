package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.disk.BitFlip;
import io.meshkit.jepsen.disk.Trees;
import io.meshkit.jepsen.os.Capability;
import io.meshkit.v1.GetQuorumStatusResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One bit of a file of a node changes while the node is down, and the node is started on it. It may refuse, loudly:
 * then it gets its files back as they were. If it starts, all that it says is judged like anybody's, its state hash
 * included. Shows by the bit, read back from the file.
 */
record BitFlipNemesis() implements Nemesis {
    /** Files that hold nothing: a lock, and RocksDB's log for people. */
    private static final List<String> WITHOUT_CONTENT = List.of("LOCK", "lock", "LOG", "in_use.lock");

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);

    @Override
    public String name() {
        return "bitflip";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of();
    }

    @Override
    public Injection inject(Arena arena) throws IOException, InterruptedException {
        Node node = arena.victim();
        Path backup = node.directory().resolve("data-before-bitflip");
        node.kill();
        Trees.delete(backup);
        Trees.copy(node.data(), backup);
        String where = BitFlip.flip(node.data(), WITHOUT_CONTENT, arena.random());
        node.start();
        node.expectEnd();
        return Evidence.injection(node.id() + " " + where, () -> {
            SequencedMap<String, Long> evidence = new LinkedHashMap<>();
            evidence.put("bits flipped", 1L);
            if (serves(arena, node)) {
                evidence.put("serves on it", 1L);
            } else {
                evidence.put(node.isRunning() ? "does not serve on it" : "refused to start on it", 1L);
                node.kill();
                Trees.empty(node.data());
                Trees.copy(backup, node.data());
                node.start();
            }
            return evidence;
        });
    }

    /** Whether the node comes so far that it serves; false as soon as it ends. */
    private static boolean serves(Arena arena, Node node) throws InterruptedException {
        long start = System.nanoTime();
        while (node.isRunning() && System.nanoTime() - start < LIMIT_NANOS) {
            GetQuorumStatusResponse status = arena.cluster().ask().get(node.id());
            if (status != null && status.getReady()) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }
}
