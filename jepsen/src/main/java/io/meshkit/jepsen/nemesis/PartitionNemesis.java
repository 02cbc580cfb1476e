package io.meshkit.jepsen.nemesis;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.net.Link;
import io.meshkit.jepsen.net.Partition;
import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** Cuts the network between nodes. Shows by the packets that the filter dropped. */
record PartitionNemesis(Partition shape) implements Nemesis {
    @Override
    public String name() {
        return "partition:" + shape.id();
    }

    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.VETH, Capability.NFTABLES);
    }

    @Override
    public Injection inject(Arena arena) throws IOException {
        SortedSet<Link> links =
                shape.links(arena.cluster().ids(), arena.cluster().leader(), arena.random());
        long before = arena.network().blocked();
        arena.network().block(links);
        return Evidence.injection(
                links.stream().map(Link::toString).collect(Collectors.joining(" ")), json(links), () -> {
                    long dropped = arena.network().blocked() - before;
                    arena.network().block(Set.of());
                    return Evidence.of("packets dropped", dropped);
                });
    }

    /** Who is not heard by whom any more. */
    private static JsonObject json(SortedSet<Link> links) {
        JsonObject value = new JsonObject();
        for (Link link : links) {
            if (!value.has(link.from())) {
                value.add(link.from(), new JsonArray());
            }
            value.getAsJsonArray(link.from()).add(link.to());
        }
        return value;
    }
}
