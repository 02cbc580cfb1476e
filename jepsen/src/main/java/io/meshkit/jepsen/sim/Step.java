package io.meshkit.jepsen.sim;

/**
 * One thing that happens. Numbers are taken modulo what there is, so that any list of steps is a schedule, and every
 * part of one too.
 */
public sealed interface Step {
    /** What a client may ask for. */
    enum Kind {
        READ,
        WRITE,
        CAS,
        DELETE,
        ASSIGN_SHARD
    }

    /** What becomes of a principal's rights, and how it uses them. */
    enum Rights {
        GRANT,
        REVOKE,
        USE
    }

    /** What is done with leases. */
    enum Leases {
        GRANT,
        KEEP_ALIVE,
        LOOK
    }

    /** A client that waits for nothing asks a node. */
    record Op(int client, int node, Kind kind, int key) implements Step {}

    /** An administrator grants or revokes, or the principal itself writes. */
    record Right(int client, int node, Rights kind, int principal) implements Step {}

    /** @param back which lease: 0 is the one granted last */
    record Lease(int client, int node, Leases kind, int back) implements Step {}

    /** The client no longer waits for its answer. */
    record GiveUp(int client) implements Step {}

    /** A client asks again, under the same request id, for something whose outcome it does not know. */
    record Retry(int client, int node) implements Step {}

    /** A message in flight arrives: the oldest, or one that overtakes. */
    record Deliver(int message) implements Step {}

    record Drop(int message) implements Step {}

    /** A message in flight is there twice. */
    record Duplicate(int message) implements Step {}

    /** All that the node wrote to its log is on disk now. */
    record Sync(int node) implements Step {}

    /** All that the node wrote to its store is on disk now. */
    record Flush(int node) implements Step {}

    /** The node flushes its store and drops the log that led to it. */
    record Snapshot(int node) implements Step {}

    /** @param power whether the disk loses what was not synced, as when power fails, and not only the process */
    record Crash(int node, boolean power) implements Step {}

    record Restart(int node) implements Step {}

    /** The node stands for election. */
    record Elect(int node) implements Step {}

    /** Time passes for all. */
    record Tick(int ms) implements Step {}

    /** The node's wall clock is set. */
    record Skew(int node, int ms) implements Step {}

    /** Nothing goes from one to the other any more. */
    record Cut(int from, int to) implements Step {}

    /** The node reaches nobody any more, and nobody reaches it. */
    record Isolate(int node) implements Step {}

    /** Everybody reaches everybody again. */
    record Heal() implements Step {}

    /** Messages are delivered, oldest first, and logs synced, until nothing moves or so many have been. */
    record Run(int messages) implements Step {}

    /** A watch goes on at this node, from where it stands. */
    record WatchAt(int watch, int node) implements Step {}

    /** A watch is told how far it is. */
    record Bookmark(int watch) implements Step {}
}
