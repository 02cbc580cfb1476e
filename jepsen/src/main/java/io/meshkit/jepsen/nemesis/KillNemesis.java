package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** kill -9, and a start when it is healed. Shows by the way the process ended. */
record KillNemesis(boolean everyNode) implements Nemesis {
    @Override
    public String name() {
        return everyNode ? "kill:all" : "kill";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of();
    }

    @Override
    public Injection inject(Arena arena) throws IOException, InterruptedException {
        List<Node> victims = everyNode ? arena.cluster().nodes() : List.of(arena.victim());
        List<Node> killed = new ArrayList<>();
        for (Node victim : victims) {
            if (victim.kill()) {
                killed.add(victim);
            }
        }
        return Evidence.injection(victims.stream().map(Node::id).collect(Collectors.joining(",")), () -> {
            for (Node victim : victims) {
                victim.start();
            }
            return Evidence.of("ended by SIGKILL", killed.size());
        });
    }
}
