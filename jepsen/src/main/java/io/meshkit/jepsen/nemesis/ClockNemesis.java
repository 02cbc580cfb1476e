package io.meshkit.jepsen.nemesis;

import com.google.protobuf.Timestamp;
import io.meshkit.jepsen.clock.FakeClock;
import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.os.Capability;
import io.meshkit.jepsen.os.Libraries;
import io.meshkit.v1.GetQuorumStatusResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One node's wall clock jumps, and jumps back. Shows by the time that the node itself says it is. */
final class ClockNemesis implements Nemesis {
    private static final List<Integer> JUMPS_SECONDS = List.of(-40, -7, 7, 40, 300);

    private final Map<String, FakeClock> clocks = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "clock";
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.FAKETIME);
    }

    @Override
    public void prepare(Arena arena) throws IOException {
        Path library = Libraries.faketime().orElseThrow();
        arena.cluster().prepareEach(node -> {
            FakeClock clock;
            try {
                clock = FakeClock.create(node.directory().resolve("faketime"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            node.setEnvironment(clock.environment(library));
            clocks.put(node.id(), clock);
        });
    }

    @Override
    public Injection inject(Arena arena) throws IOException {
        Node node = arena.victim();
        FakeClock clock = clocks.get(node.id());
        if (clock == null) {
            throw new IllegalStateException("not prepared");
        }
        int jump = JUMPS_SECONDS.get(arena.random().nextInt(JUMPS_SECONDS.size()));
        clock.set(jump);
        return Evidence.injection(node.id() + " by " + jump + " s", () -> {
            long off = secondsOff(arena, node);
            clock.set(0);
            // The rest may be the time that the question took.
            boolean shown = Math.abs(off - jump) <= 3;
            return Evidence.of("seconds that the node's clock was off, as it says itself", shown ? Math.abs(off) : 0);
        });
    }

    private static long secondsOff(Arena arena, Node node) {
        GetQuorumStatusResponse status = arena.cluster().ask().get(node.id());
        if (status == null) {
            return 0;
        }
        Timestamp says = status.getTime();
        return Math.round(says.getSeconds() + says.getNanos() / 1e9 - System.currentTimeMillis() / 1e3);
    }
}
