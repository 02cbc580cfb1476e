package io.meshkit.jepsen.sim;

import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.v1.Command;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.SettleLeasesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What holds the leases while its member leads. A model of the registry's own, whose threads block: a lease is counted
 * from when this leader first saw it or was last asked to keep it alive, a keep-alive is acknowledged after a read barrier
 * that began when it arrived, and before anything is decided against a lease, a barrier confirms that this member leads.
 * The decision is the real domain's. Thread: one.
 */
final class SimLessor {
    private static final String PRINCIPAL = "meshkit:lessor";
    private static final long DEADLINE_MS = 5_000;

    private final SimNode node;
    /** By lease, of {@link #term}; nanoseconds. */
    private final TreeMap<Long, Long> deadlines = new TreeMap<>();
    /** Decisions about them are on their way, or may be. */
    private final TreeSet<Long> settling = new TreeSet<>();

    private long term;
    private long made;

    SimLessor(SimNode node) {
        this.node = node;
    }

    private long now() {
        return node.world.clock().nanos();
    }

    private long until(LeaseRow lease, long fromNanos) {
        return fromNanos + TimeUnit.MILLISECONDS.toNanos(node.leaseMs(lease.getTtlMs()));
    }

    private boolean holdsIn(long other) {
        return node.isReady() && node.term() == other && term == other;
    }

    /** The state may have other leases now, or this member leads anew. */
    void look() {
        if (!node.isReady()) {
            return;
        }
        if (term != node.term()) {
            term = node.term();
            deadlines.clear();
            settling.clear();
        }
        LeaseRows.forEach(node.state.view(), lease -> deadlines.putIfAbsent(lease.getId(), until(lease, now())));
    }

    /** Decides against those whose time is over. */
    void tick() {
        look();
        List<LeaseRow> due = due();
        if (node.isReady() && !due.isEmpty()) {
            long asked = term;
            var unused = node.readIndex(DEADLINE_MS).thenAccept(index -> {
                if (holdsIn(asked)) {
                    due().forEach(this::expire);
                }
            });
        }
    }

    private List<LeaseRow> due() {
        List<LeaseRow> due = new ArrayList<>();
        LeaseRows.forEach(node.state.view(), lease -> {
            Long deadline = deadlines.get(lease.getId());
            if (deadline != null && !lease.getSuspect() && !settling.contains(lease.getId()) && now() >= deadline) {
                due.add(lease);
            }
        });
        return due;
    }

    private void expire(LeaseRow lease) {
        settling.add(lease.getId());
        Command command = Commands.ofSystem(
                SettleLeasesRequest.newBuilder()
                        .setOptions(MutationOptions.newBuilder().setRequestId("lessor-" + term + "-" + ++made))
                        .setTerm(term)
                        .addSteps(LeaseStep.newBuilder()
                                .setLeaseId(lease.getId())
                                .setGeneration(lease.getGeneration())
                                .setKind(LeaseStep.Kind.EXPIRE))
                        .build(),
                PRINCIPAL);
        // Whatever becomes of it: in this term nobody is promised anything about this lease any more.
        var unused = node.propose(command, DEADLINE_MS);
    }

    /** Whether the lease lives for its whole time from now on. */
    CompletableFuture<KeptAlive> keepAlive(long id) {
        long arrived = now();
        long asked = node.term();
        return node.readIndex(DEADLINE_MS).thenCompose(node::whenApplied).thenApply(index -> {
            LeaseRow lease = LeaseRows.get(node.state.view(), id);
            if (lease == null || lease.getSuspect()) {
                return KeptAlive.GONE;
            }
            look();
            if (!holdsIn(asked) || settling.contains(id)) {
                return KeptAlive.UNKNOWN;
            }
            deadlines.merge(id, until(lease, arrived), Math::max);
            return KeptAlive.YES;
        });
    }

    enum KeptAlive {
        YES,
        GONE,
        UNKNOWN
    }

    /** Whether it is there and not suspect, after a read barrier. */
    CompletableFuture<Boolean> lives(long id) {
        return node.readIndex(DEADLINE_MS).thenCompose(node::whenApplied).thenApply(index -> {
            LeaseRow lease = LeaseRows.get(node.state.view(), id);
            return lease != null && !lease.getSuspect();
        });
    }
}
