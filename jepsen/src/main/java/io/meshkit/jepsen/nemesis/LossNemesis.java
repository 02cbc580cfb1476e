package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.net.Link;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Loses some packets between all nodes. Shows by the packets that the filter dropped. */
record LossNemesis(int percent) implements Nemesis {
    static final int PERCENT_DEFAULT = 20;

    LossNemesis {
        if (percent < 1 || percent > 99) {
            throw new IllegalArgumentException("loss must be of 1 to 99 percent: " + percent);
        }
    }

    @Override
    public String name() {
        return percent == PERCENT_DEFAULT ? "loss" : "loss:" + percent;
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.VETH, Capability.NFTABLES, Capability.NUMGEN);
    }

    @Override
    public Injection inject(Arena arena) throws IOException {
        List<String> ids = arena.cluster().ids();
        Set<Link> links = new TreeSet<>();
        for (String from : ids) {
            ids.stream().filter(to -> !to.equals(from)).forEach(to -> links.add(new Link(from, to)));
        }
        long before = arena.network().lost();
        arena.network().lose(links, percent);
        return Evidence.injection(percent + " % between all nodes", () -> {
            long lost = arena.network().lost() - before;
            arena.network().lose(Set.of(), percent);
            return Evidence.of("packets lost", lost);
        });
    }
}
