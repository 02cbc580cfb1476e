package io.meshkit.raft;

import java.util.regex.Pattern;

/** The name of a Raft member, for example {@code node-1}. */
public record NodeId(String value) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public NodeId {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException("node id: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
