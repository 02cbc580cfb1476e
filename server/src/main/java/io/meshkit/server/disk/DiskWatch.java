package io.meshkit.server.disk;

import io.meshkit.api.RegistryException;
import io.meshkit.raft.Member;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the free space at intervals, and tells the gate. A leader also asks the others: a member that halts for want
 * of space costs nothing while a majority has room, and the quorum when it has not. Thread: its own.
 */
public final class DiskWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
    private static final long ASK_MS = 1_000;

    private final DiskGate gate;
    private final LongSupplier freeBytes;
    private final Replica replica;
    private final DiskCalls calls;
    private final long intervalMs;
    private final Thread thread;
    private volatile boolean closed;

    DiskWatch(DiskGate gate, LongSupplier freeBytes, Replica replica, DiskCalls calls, long intervalMs) {
        this.gate = gate;
        this.freeBytes = freeBytes;
        this.replica = replica;
        this.calls = calls;
        this.intervalMs = intervalMs;
        this.thread = Thread.ofPlatform().name("disk-watch").daemon().unstarted(this::run);
    }

    /**
     * @param freeBytes  usable on the file system of the data
     * @param intervalMs between two looks, > 0
     */
    public static DiskWatch start(
            DiskGate gate, LongSupplier freeBytes, Replica replica, DiskCalls calls, long intervalMs) {
        DiskWatch watch = new DiskWatch(gate, freeBytes, replica, calls, intervalMs);
        watch.thread.start();
        return watch;
    }

    private void run() {
        while (!closed) {
            try {
                look();
            } catch (RuntimeException e) {
                LOG.error("the free space cannot be looked at", e);
            }
            try {
                Thread.sleep(intervalMs);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One look. */
    void look() {
        gate.own(freeBytes.getAsLong());
        if (!replica.isLeader()) {
            gate.others(0, 0, 0);
            return;
        }
        List<NodeId> voters =
                replica.membership().voters().stream().map(Member::id).toList();
        List<CompletableFuture<Boolean>> asked = voters.stream()
                .filter(voter -> !voter.equals(replica.self()))
                .map(voter -> calls.isDiskLow(voter, ASK_MS))
                .toList();
        int roomy = gate.isLow() ? 0 : 1;
        int low = 0;
        for (CompletableFuture<Boolean> answer : asked) {
            try {
                if (answer.join()) {
                    low++;
                } else {
                    roomy++;
                }
            } catch (java.util.concurrent.CompletionException e) {
                if (!(e.getCause() instanceof RegistryException)) {
                    throw e;
                }
                // Who does not answer is not known to have room.
            }
        }
        gate.others(roomy, low, voters.size() / 2 + 1);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
