package io.meshkit.server.verbs;

import io.meshkit.raft.Replica;
import java.util.concurrent.TimeUnit;

/**
 * This node's role for answers: a full status is too dear for every read, so it is at most
 * {@link #AGE_NANOS_MAX} old, except that leading is always told as of now. Thread: any number.
 */
final class Role {
    private static final long AGE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String LEADER = "leader";

    private final Replica replica;
    private volatile Seen seen;

    private record Seen(String role, long atNanos) {}

    Role(Replica replica) {
        this.replica = replica;
        this.seen = new Seen(replica.status().role(), System.nanoTime());
    }

    String now() {
        if (replica.isLeader()) {
            return LEADER;
        }
        Seen last = seen;
        if (last.role().equals(LEADER) || System.nanoTime() - last.atNanos() > AGE_NANOS_MAX) {
            last = new Seen(replica.status().role(), System.nanoTime());
            seen = last;
        }
        return last.role();
    }
}
