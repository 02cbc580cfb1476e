package io.meshkit.jepsen.net;

/**
 * One direction between two nodes.
 *
 * @param from node id
 * @param to   another node id
 */
public record Link(String from, String to) implements Comparable<Link> {
    public Link {
        if (from.equals(to)) {
            throw new IllegalArgumentException("no link leads from " + from + " to itself");
        }
    }

    @Override
    public int compareTo(Link other) {
        int byFrom = from.compareTo(other.from);
        return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }

    @Override
    public String toString() {
        return from + "→" + to;
    }
}
