package io.meshkit.server.leases;

import io.grpc.StatusRuntimeException;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeaseStatus;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/**
 * Keeps leases alive without pause, at any node that answers, and notes when each acknowledged keep-alive was sent and
 * acknowledged.
 */
final class Keeper implements AutoCloseable {
    private static final long PERIOD_MS = 500;
    private static final long DEADLINE_MS = 1_500;

    private final TestQuorum quorum;
    private final Set<Long> leases = new ConcurrentSkipListSet<>();
    /** An acknowledged keep-alive; Unix ms. */
    record Kept(long sentMs, long answeredMs) {}

    private final Map<Long, Queue<Kept>> kept = new ConcurrentHashMap<>();

    private final Map<Long, LeaseStatus> newest = new ConcurrentHashMap<>();
    private final Set<Long> ended = new ConcurrentSkipListSet<>();
    private final Thread thread;
    private volatile boolean closed;

    Keeper(TestQuorum quorum) {
        this.quorum = quorum;
        this.thread = Thread.ofPlatform().daemon().name("keeper").start(this::run);
    }

    void keep(long lease) {
        leases.add(lease);
    }

    void drop(long lease) {
        leases.remove(lease);
    }

    /** Leases that were said to have ended while they were kept. */
    Set<Long> ended() {
        return ended;
    }

    Queue<Kept> kept(long lease) {
        return kept.computeIfAbsent(lease, unused -> new ConcurrentLinkedQueue<>());
    }

    /** The newest answer; of a lease without one, the default. */
    LeaseStatus newest(long lease) {
        return newest.getOrDefault(lease, LeaseStatus.getDefaultInstance());
    }

    private void run() {
        int turn = 0;
        while (!closed) {
            Set<Long> asked = Set.copyOf(leases);
            boolean answered = asked.isEmpty()
                    || keptAlive(
                            asked, quorum.nodes().get(turn++ % quorum.nodes().size()));
            try {
                Thread.sleep(answered ? PERIOD_MS : 20);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean keptAlive(Set<Long> asked, String node) {
        long sentMs = System.currentTimeMillis();
        try {
            TestQuorum.as(QuorumFiles.ADMIN_TOKEN, LeaseServiceGrpc.newBlockingStub(quorum.channel(node)))
                    .withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS)
                    .keepAlive(KeepAliveRequest.newBuilder().addAllIds(asked).build())
                    .getLeasesList()
                    .forEach(lease -> {
                        newest.put(lease.getId(), lease);
                        if (lease.getState() == LeaseState.LEASE_STATE_ENDED) {
                            if (leases.contains(lease.getId())) {
                                ended.add(lease.getId());
                            }
                        } else {
                            kept(lease.getId()).add(new Kept(sentMs, System.currentTimeMillis()));
                        }
                    });
            return true;
        } catch (StatusRuntimeException e) {
            quorum.channel(node).resetConnectBackoff();
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }
}
