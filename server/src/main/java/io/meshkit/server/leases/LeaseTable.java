package io.meshkit.server.leases;

import io.meshkit.v1.LeaseRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The leases that the leader holds, and which of them need a look by when. Guarded by the lessor.
 *
 * <p>A keep-alive only moves a deadline; the order is mended when the old place comes up. So a lease costs one
 * move in the order per TTL, however often it is kept alive.
 */
final class LeaseTable {
    private final Map<Long, HeldLease> leases = new HashMap<>();
    private final PriorityQueue<HeldLease> order =
            new PriorityQueue<>((a, b) -> Long.signum(a.wakeNanos - b.wakeNanos));
    /** Peers' leases whose time is over, by id. */
    private final TreeMap<Long, HeldLease> due = new TreeMap<>();

    private int peers;

    @Nullable
    HeldLease get(long id) {
        return leases.get(id);
    }

    int size() {
        return leases.size();
    }

    int peers() {
        return peers;
    }

    Collection<HeldLease> all() {
        return leases.values();
    }

    TreeMap<Long, HeldLease> due() {
        return due;
    }

    HeldLease add(LeaseRow row, long nowNanos, long remainingNanos) {
        HeldLease lease = new HeldLease(row, nowNanos, remainingNanos);
        leases.put(row.getId(), lease);
        peers += lease.isPeer() ? 1 : 0;
        wake(lease, nowNanos);
        return lease;
    }

    void remove(long id) {
        HeldLease lease = leases.remove(id);
        due.remove(id);
        if (lease != null) {
            peers -= lease.isPeer() ? 1 : 0;
        }
    }

    void clear() {
        leases.clear();
        order.clear();
        due.clear();
        peers = 0;
    }

    /** The lease needs a look at that moment. */
    void wake(HeldLease lease, long atNanos) {
        if (!lease.queued) {
            lease.wakeNanos = atNanos;
            lease.queued = true;
            order.add(lease);
        }
    }

    /** Takes out of the order who needs a look now. */
    List<HeldLease> awake(long nowNanos) {
        List<HeldLease> awake = new ArrayList<>();
        while (true) {
            HeldLease first = order.peek();
            if (first == null || first.wakeNanos - nowNanos > 0) {
                return awake;
            }
            order.remove();
            first.queued = false;
            if (leases.get(first.id()) == first) {
                awake.add(first);
            }
        }
    }
}
