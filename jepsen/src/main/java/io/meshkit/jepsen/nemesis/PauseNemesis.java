package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/** SIGSTOP, and SIGCONT when it is healed. Shows by the state that the kernel gives, at both ends. */
record PauseNemesis() implements Nemesis {
    @Override
    public String name() {
        return "pause";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of();
    }

    @Override
    public Injection inject(Arena arena) throws IOException, InterruptedException {
        Node victim = arena.victim();
        boolean paused = victim.pause();
        return Evidence.injection(victim.id(), () -> {
            boolean stillPaused = victim.isStopped();
            victim.resume();
            SequencedMap<String, Long> evidence = new LinkedHashMap<>();
            evidence.put("stopped in /proc until resumed", paused && stillPaused ? 1L : 0L);
            return evidence;
        });
    }
}
