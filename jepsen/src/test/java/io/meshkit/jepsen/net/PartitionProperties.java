package io.meshkit.jepsen.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PartitionProperties {
    @Provide
    Arbitrary<List<String>> nodes() {
        return Arbitraries.of(3, 5, 7).map(size -> {
            List<String> nodes = new ArrayList<>();
            for (int i = 1; i <= size; i++) {
                nodes.add("node-" + i);
            }
            return nodes;
        });
    }

    /** Whom a node can talk with, both ways, itself included. */
    private static Set<String> hears(String node, List<String> nodes, SortedSet<Link> cut) {
        Set<String> heard = new TreeSet<>(Set.of(node));
        for (String other : nodes) {
            if (!other.equals(node) && !cut.contains(new Link(node, other)) && !cut.contains(new Link(other, node))) {
                heard.add(other);
            }
        }
        return heard;
    }

    @Property
    void everyShape_cutsSomething_theSameForTheSameSeed(
            @ForAll Partition shape, @ForAll("nodes") List<String> nodes, @ForAll long seed) {
        String leader = nodes.get(1);
        SortedSet<Link> cut = shape.links(nodes, leader, new Random(seed));

        assertThat(cut).isNotEmpty().isEqualTo(shape.links(nodes, leader, new Random(seed)));
        assertThat(shape.links(nodes, "", new Random(seed))).isNotEmpty();
        assertThat(shape.links(nodes, "no-node", new Random(seed))).isNotEmpty();
    }

    @Property
    void leader_isAlone(@ForAll("nodes") List<String> nodes, @ForAll long seed) {
        String leader = nodes.get(nodes.size() - 1);
        SortedSet<Link> cut = Partition.LEADER.links(nodes, leader, new Random(seed));

        assertThat(hears(leader, nodes, cut)).containsExactly(leader);
        assertThat(hears(nodes.get(0), nodes, cut)).hasSize(nodes.size() - 1);
    }

    @Property
    void one_isolatesExactlyOne(@ForAll("nodes") List<String> nodes, @ForAll long seed) {
        SortedSet<Link> cut = Partition.ONE.links(nodes, nodes.get(0), new Random(seed));

        assertThat(nodes.stream().filter(node -> hears(node, nodes, cut).size() == 1))
                .hasSize(1);
        assertThat(cut).hasSize(2 * (nodes.size() - 1));
    }

    @Property
    void majority_leavesTheLeaderWithTooFew(@ForAll("nodes") List<String> nodes, @ForAll long seed) {
        String leader = nodes.get(0);
        SortedSet<Link> cut = Partition.MAJORITY.links(nodes, leader, new Random(seed));

        assertThat(hears(leader, nodes, cut)).hasSize((nodes.size() - 1) / 2);
        assertThat(nodes.stream().filter(node -> hears(node, nodes, cut).size() > nodes.size() / 2))
                .hasSize(nodes.size() / 2 + 1);
    }

    @Property
    void ring_everyoneHearsAMajority_noTwoTheSame(@ForAll("nodes") List<String> nodes, @ForAll long seed) {
        SortedSet<Link> cut = Partition.RING.links(nodes, nodes.get(0), new Random(seed));
        Set<Set<String>> heard = new HashSet<>();
        for (String node : nodes) {
            Set<String> ofNode = hears(node, nodes, cut);
            assertThat(ofNode).hasSizeGreaterThan(nodes.size() / 2);
            heard.add(ofNode);
        }
        assertThat(heard).hasSize(nodes.size());
    }

    @Property
    void oneWay_cutsOneDirectionOfTheLeader(@ForAll("nodes") List<String> nodes, @ForAll long seed) {
        String leader = nodes.get(0);
        SortedSet<Link> cut = Partition.ONE_WAY.links(nodes, leader, new Random(seed));

        assertThat(cut).hasSize(nodes.size() - 1);
        assertThat(cut.stream().allMatch(link -> link.from().equals(leader))
                        || cut.stream().allMatch(link -> link.to().equals(leader)))
                .isTrue();
    }

    @Property
    void bridge_onlyOneHearsAll_andThatIsNotTheLeader(@ForAll("nodes") List<String> nodes, @ForAll long seed) {
        String leader = nodes.get(0);
        SortedSet<Link> cut = Partition.BRIDGE.links(nodes, leader, new Random(seed));

        assertThat(nodes.stream().filter(node -> hears(node, nodes, cut).size() == nodes.size()))
                .hasSize(1)
                .doesNotContain(leader);
    }

    /** Followers have nothing to say to each other: a cut that leaves all links of the leader is none. */
    @Property
    void everyShape_cutsALinkOfTheLeader(
            @ForAll Partition shape, @ForAll("nodes") List<String> nodes, @ForAll long seed) {
        String leader = nodes.get(1);

        assertThat(shape.links(nodes, leader, new Random(seed)))
                .anyMatch(link -> link.from().equals(leader) || link.to().equals(leader));
    }
}
