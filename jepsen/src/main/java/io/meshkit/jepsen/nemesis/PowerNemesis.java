package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.disk.PowerDisk;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The power of one node fails: its disk loses what was not synced, its process dies. Shows by a file that was written
 * and not synced just before, and that is lost.
 */
final class PowerNemesis implements Nemesis {
    private @Nullable Node victim;
    private @Nullable PowerDisk disk;

    @Override
    public String name() {
        return "power";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.LOOP);
    }

    @Override
    public void prepare(Arena arena) throws IOException {
        List<Node> nodes = arena.cluster().nodes();
        Node chosen = nodes.getFirst(); // Not the one of DiskFullNemesis: both may be asked for.
        disk = PowerDisk.mount(chosen.directory().resolve("power.img"), chosen.data());
        chosen.pin();
        victim = chosen;
    }

    @Override
    public Injection inject(Arena arena) throws IOException, InterruptedException {
        Node node = victim;
        PowerDisk failing = disk;
        if (node == null || failing == null) {
            throw new IllegalStateException("not prepared");
        }
        node.expectEnd();
        failing.fail();
        node.kill();
        return Evidence.injection(node.id(), () -> {
            boolean lost = failing.restore();
            node.start();
            return Evidence.of("unsynced files lost", lost ? 1 : 0);
        });
    }
}
