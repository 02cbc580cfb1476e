package io.meshkit.jepsen.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/** The shapes in which a network falls apart. Pure: the same seed gives the same cut. */
public enum Partition {
    /** A random node alone. */
    ONE,
    /** The leader alone. */
    LEADER,
    /** The leader with too few others on one side, a majority on the other. */
    MAJORITY,
    /**
     * Each node hears only its neighbours on a ring; every node sees a majority, no two the same. With three: a path with
     * the leader at an end, because followers say nothing to each other.
     */
    RING,
    /** The leader can be heard and hears nobody, or the other way round. */
    ONE_WAY,
    /** Two halves that only one node sees both of; the leader is in one of them, and so loses the other. */
    BRIDGE;

    /** As the command line writes it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * What to drop.
     *
     * @param nodes  ≥ 3, in order
     * @param leader of the nodes, or empty if nobody leads: then a random one takes its part
     * @return not empty
     */
    public SortedSet<Link> links(List<String> nodes, String leader, Random random) {
        List<String> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, random);
        String first = nodes.contains(leader) ? leader : shuffled.get(0);
        List<String> others = new ArrayList<>(shuffled);
        others.remove(first);
        return switch (this) {
            case ONE -> between(shuffled.subList(0, 1), shuffled.subList(1, shuffled.size()));
            case LEADER -> between(List.of(first), others);
            case MAJORITY -> {
                int minority = (nodes.size() - 1) / 2;
                List<String> withLeader = new ArrayList<>(List.of(first));
                withLeader.addAll(others.subList(0, Math.max(0, minority - 1)));
                List<String> rest = new ArrayList<>(nodes);
                rest.removeAll(withLeader);
                yield between(withLeader, rest);
            }
            case RING -> {
                List<String> fromLeader = new ArrayList<>(List.of(first));
                fromLeader.addAll(others);
                yield ring(fromLeader);
            }
            case ONE_WAY -> {
                boolean deaf = random.nextBoolean();
                SortedSet<Link> links = new TreeSet<>();
                others.forEach(other -> links.add(deaf ? new Link(other, first) : new Link(first, other)));
                yield links;
            }
            case BRIDGE -> {
                List<String> halves = new ArrayList<>(List.of(first));
                halves.addAll(others.subList(1, others.size()));
                int half = halves.size() / 2;
                yield between(halves.subList(0, half), halves.subList(half, halves.size()));
            }
        };
    }

    private static SortedSet<Link> between(Collection<String> some, Collection<String> others) {
        SortedSet<Link> links = new TreeSet<>();
        for (String one : some) {
            for (String other : others) {
                links.add(new Link(one, other));
                links.add(new Link(other, one));
            }
        }
        return links;
    }

    /** Everyone keeps the smallest number of neighbours on each side that makes a majority with itself. */
    private static SortedSet<Link> ring(List<String> nodes) {
        int size = nodes.size();
        int reach = (size / 2 + 1) / 2;
        SortedSet<Link> links = new TreeSet<>();
        for (int i = 0; i < size; i++) {
            for (int j = i + 1; j < size; j++) {
                int distance = Math.min(j - i, size - (j - i));
                // Three on a ring are all neighbours: there, one of the three links is cut.
                if (distance > reach || (size <= 3 && i == 0 && j == size - 1)) {
                    links.addAll(between(List.of(nodes.get(i)), List.of(nodes.get(j))));
                }
            }
        }
        return links;
    }
}
