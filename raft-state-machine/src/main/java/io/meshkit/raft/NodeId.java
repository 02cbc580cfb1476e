package io.meshkit.raft;

/** The name of a Raft member, for example {@code node-1}. */
public record NodeId(String value) {
    public NodeId {
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException("node id: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
