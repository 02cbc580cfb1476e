package io.meshkit.server.leases;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Applied;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.raft.ApplyListener;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.LeaseStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the leases while this node leads: extends them from memory, and proposes what becomes of those that are
 * not kept alive.
 *
 * <p>A keep-alive is acknowledged after a read barrier that began when it arrived. So every later leader starts
 * after that moment, and gives each lease at least what this one has promised: the whole TTL, or what was written
 * down of a silent one. Before a lease that has been written down, is suspect or in doubt is extended, the log
 * says so. Before anything is decided against a lease, a barrier confirms that this node still leads.
 *
 * <p>Thread: {@link #tick} one, the others any number; {@link #keepAlive} blocks.
 */
public final class Lessor implements ApplyListener {
    /** How often {@link #tick} is to be called. */
    public static final long TICK_MS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Lessor.class);
    private static final long CONFIRM_MS = 2_000;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long NONE = -1;

    private final LeaseSettings settings;
    private final LeaseClock clock;
    private final long checkpointNanos;
    private final LeaseTable table = new LeaseTable();
    private final ExpiryGuard guard;
    private final LeaseMetrics metrics;
    private volatile @Nullable Settlements settlements;

    // Guarded by this.
    /** The term whose leases are in the table, or NONE. */
    private long heldTerm = NONE;

    /** The term whose leases are being read, or NONE. */
    private long loadingTerm = NONE;

    private final Set<Long> endedWhileLoading = new HashSet<>();

    public Lessor(LeaseSettings settings, LongSupplier nanoTime, LeaseMetrics metrics) {
        this.settings = settings;
        this.clock = new LeaseClock(nanoTime, TimeUnit.MILLISECONDS.toNanos(TICK_MS));
        this.guard = new ExpiryGuard(
                settings.guardPercent(),
                settings.guardCountMin(),
                TimeUnit.MILLISECONDS.toNanos(settings.guardWindowMs()),
                metrics);
        this.checkpointNanos = TimeUnit.MILLISECONDS.toNanos(settings.checkpointIntervalMs());
        this.metrics = metrics;
    }

    /** Gives it the log: from now on it may hold leases. */
    public void attach(LeaseLog log) {
        settlements = new Settlements(log);
    }

    /** Looks at everything that is due. */
    public void tick() {
        Settlements own = settlements;
        if (own == null) {
            return;
        }
        long term = own.log().term();
        if (!own.log().leads()) {
            forget();
            return;
        }
        if (heldTerm() != term) {
            load(own, term);
            return;
        }
        clock.beat();
        List<HeldLease> awake;
        synchronized (this) {
            awake = table.awake(clock.now());
            awake.forEach(this::examine);
            if (awake.stream().noneMatch(lease -> lease.needsStep(clock.now(), checkpointNanos)) && !mayExpire()) {
                return;
            }
        }
        if (!confirm(own.log())) {
            return;
        }
        synchronized (this) {
            if (heldTerm == term && own.log().term() == term) {
                decide(own, term, awake);
            }
        }
    }

    // ---- keep-alives and questions ----------------------------------------------------------------------

    /**
     * Extends the leases to their whole TTL, from a moment after this call.
     *
     * @throws RegistryException NO_LEADER if this node does not lead or has not read the leases yet, and what
     *     the read barrier throws: nothing was extended for certain, and the call can be repeated
     */
    public List<LeaseStatus> keepAlive(List<Long> ids, Deadline deadline) {
        Settlements own = requireLog();
        long term = requireHeld();
        long arrived = clock.now();
        List<HeldLease> renewing = new ArrayList<>();
        synchronized (this) {
            for (long id : new TreeSet<>(ids)) {
                HeldLease lease = table.get(id);
                if (lease != null) {
                    lease.renewing++;
                    renewing.add(lease);
                }
            }
        }
        try {
            await(own.log(), deadline);
            return extend(own, ids, term, arrived, deadline);
        } finally {
            synchronized (this) {
                renewing.forEach(lease -> lease.renewing--);
            }
        }
    }

    private void await(LeaseLog log, Deadline deadline) {
        Waits.await(confirmed(log), deadline);
    }

    /** The read barrier, at a length of its own: a caller in a hurry is no stop of the registry. */
    private CompletableFuture<Void> confirmed(LeaseLog log) {
        long from = clock.real();
        return log.confirm(CONFIRM_MS).whenComplete((done, failure) -> {
            if (failure != null) {
                clock.stopped(from, clock.real());
            }
        });
    }

    private List<LeaseStatus> extend(Settlements own, List<Long> ids, long term, long arrived, Deadline deadline) {
        while (true) {
            List<CompletableFuture<Boolean>> others = new ArrayList<>();
            List<CompletableFuture<Boolean>> renewed = List.of();
            synchronized (this) {
                if (heldTerm != term || own.log().term() != term) {
                    throw noLeader();
                }
                List<LeaseStep> renewals = new ArrayList<>();
                List<HeldLease> marked = new ArrayList<>();
                for (long id : new TreeSet<>(ids)) {
                    HeldLease lease = table.get(id);
                    if (lease == null) {
                        continue;
                    }
                    if (lease.settling != null) {
                        others.add(lease.settling);
                    } else if (lease.isMarked()) {
                        marked.add(lease);
                        renewals.add(step(lease, LeaseStep.Kind.RENEW).build());
                    } else {
                        lease.extend(arrived);
                        undue(lease);
                    }
                }
                if (!renewals.isEmpty()) {
                    renewed = own.settle(term, "kept alive", marked, renewals, this::settled);
                }
                if (others.isEmpty() && renewed.isEmpty()) {
                    return ids.stream().map(this::status).toList();
                }
            }
            for (CompletableFuture<Boolean> renewal : renewed) {
                if (!Waits.await(renewal, deadline)) {
                    throw noLeader();
                }
            }
            for (CompletableFuture<Boolean> other : others) {
                Waits.await(other, deadline);
            }
        }
    }

    /** What the leases are; nothing is extended. As of this node, after a read barrier. */
    public List<LeaseStatus> describe(List<Long> ids, Deadline deadline) {
        requireHeld();
        await(requireLog().log(), deadline);
        synchronized (this) {
            requireHeld();
            return ids.stream().map(this::status).toList();
        }
    }

    private LeaseStatus status(long id) {
        HeldLease lease = table.get(id);
        if (lease == null) {
            return LeaseStatus.newBuilder()
                    .setId(id)
                    .setState(LeaseState.LEASE_STATE_ENDED)
                    .build();
        }
        return lease.status(clock.now());
    }

    /** How the leases of this leader stand. */
    public synchronized LeaseCounts counts() {
        long suspect =
                table.all().stream().filter(lease -> lease.row.getSuspect()).count();
        return new LeaseCounts(
                heldTerm,
                table.size() - suspect,
                suspect,
                guard.engagedAtMs() > 0 ? table.due().size() : 0,
                guard.engagedAtMs(),
                guard.expiriesMax(table.peers()));
    }

    /**
     * Lets go every lease that the guard holds now.
     *
     * @param reason for the audit history
     * @return how many
     */
    public synchronized int releaseGuard(String reason) {
        requireHeld();
        return guard.release(table.due().keySet(), reason);
    }

    // ---- decisions; everything below is called with the lock held, unless it says otherwise ------------------

    /** Puts an awake lease where it belongs: among the due, or back into the order. */
    private void examine(HeldLease lease) {
        long now = clock.now();
        if (lease.isPeer() && lease.isDue(now)) {
            table.due().put(lease.id(), lease);
        } else if (!lease.needsStep(clock.now(), checkpointNanos)) {
            table.wake(lease, lease.nextLook(checkpointNanos));
        }
    }

    private boolean mayExpire() {
        boolean hold = guard.holds(table.due().keySet(), table.peers(), clock.now());
        return table.due().values().stream().anyMatch(lease -> !hold || guard.isReleased(lease.id()));
    }

    private void decide(Settlements own, long term, List<HeldLease> awake) {
        long now = clock.now();
        List<HeldLease> leases = new ArrayList<>();
        List<LeaseStep> steps = new ArrayList<>();
        for (HeldLease lease : awake) {
            if (table.get(lease.id()) != lease || table.due().containsKey(lease.id())) {
                continue;
            }
            if (!lease.isIdle()) {
                table.wake(lease, now + RETRY_NANOS);
            } else if (!lease.needsStep(clock.now(), checkpointNanos)) {
                table.wake(lease, lease.nextLook(checkpointNanos));
            } else if (lease.isDue(now)) {
                leases.add(lease);
                steps.add(step(lease, LeaseStep.Kind.EXPIRE).build());
            } else {
                leases.add(lease);
                steps.add(checkpoint(lease, now));
            }
        }
        boolean released = false;
        if (mayExpire()) {
            boolean held = guard.engagedAtMs() > 0;
            for (HeldLease lease : List.copyOf(table.due().values())) {
                boolean letGo = guard.isReleased(lease.id());
                if (lease.isIdle() && lease.isDue(now) && (!held || letGo)) {
                    released |= letGo;
                    guard.expired(lease.id(), now);
                    leases.add(lease);
                    steps.add(step(lease, LeaseStep.Kind.EXPIRE).build());
                }
            }
        }
        if (!steps.isEmpty()) {
            String reason = released ? guard.releaseReason() : "not kept alive in time";
            own.settle(term, reason, leases, steps, this::settled);
        }
    }

    private static LeaseStep checkpoint(HeldLease lease, long now) {
        lease.markedNanos = now;
        long remainingMs = TimeUnit.NANOSECONDS.toMillis(lease.deadlineNanos - now);
        return step(lease, LeaseStep.Kind.CHECKPOINT)
                .setRemainingMs(Math.max(1, remainingMs + 1))
                .build();
    }

    private static LeaseStep.Builder step(HeldLease lease, LeaseStep.Kind kind) {
        return LeaseStep.newBuilder()
                .setLeaseId(lease.id())
                .setGeneration(lease.row.getGeneration())
                .setKind(kind);
    }

    /** What was decided about the leases is in the state, or its outcome is unknown. Takes the lock itself. */
    private synchronized void settled(List<HeldLease> leases, boolean known) {
        for (HeldLease lease : leases) {
            lease.settling = null;
            lease.doubtful = !known;
            if (table.get(lease.id()) == lease && !table.due().containsKey(lease.id())) {
                table.wake(lease, known ? lease.nextLook(checkpointNanos) : clock.now() + RETRY_NANOS);
            }
        }
    }

    private void undue(HeldLease lease) {
        if (table.due().remove(lease.id()) != null) {
            guard.settled(lease.id());
            table.wake(lease, lease.nextLook(checkpointNanos));
        }
    }

    // ---- following the state ------------------------------------------------------------------------------

    @Override
    public void applied(long index, Applied applied) {
        metrics.applied(applied);
        for (WriteBatch.Write write : applied.batch().writes()) {
            if (!write.table().equals(Tables.LEASES)) {
                continue;
            }
            synchronized (this) {
                if (heldTerm == NONE && loadingTerm == NONE) {
                    return;
                }
                switch (write) {
                    case WriteBatch.Put put -> changed(LeaseRows.parse(put.value()));
                    case WriteBatch.Delete delete -> ended(LeaseRows.idOf(delete.key()));
                    case WriteBatch.DeleteRange range ->
                        throw new IllegalStateException("leases are not deleted by range");
                }
            }
        }
    }

    @Override
    public synchronized void replaced(long index) {
        forget();
    }

    private void changed(LeaseRow row) {
        HeldLease lease = table.get(row.getId());
        long now = clock.now();
        if (lease == null) {
            HeldLease added = table.add(row, now, remainingNanos(row));
            added.markedNanos = now;
            return;
        }
        if (row.getGeneration() <= lease.row.getGeneration()) {
            return;
        }
        boolean becameSuspect = row.getSuspect() && !lease.row.getSuspect();
        lease.row = row;
        if (becameSuspect) {
            metrics.suspected();
            lease.deadlineNanos = now + remainingNanos(row);
            lease.markedNanos = now;
            table.due().remove(row.getId());
        } else if (!row.getSuspect() && row.getRemainingMs() == 0) {
            lease.extend(now);
            undue(lease);
        }
        if (!table.due().containsKey(row.getId())) {
            table.wake(lease, lease.nextLook(checkpointNanos));
        }
    }

    private void ended(long id) {
        if (loadingTerm != NONE) {
            endedWhileLoading.add(id);
        }
        HeldLease lease = table.get(id);
        if (lease != null && lease.settling != null) {
            metrics.ended();
        }
        guard.settled(id);
        table.remove(id);
    }

    /** What the next leader may count on: never less than what the one before has promised. */
    private long remainingNanos(LeaseRow row) {
        long ms = row.getRemainingMs() > 0
                ? row.getRemainingMs()
                : row.getSuspect() ? settings.suspectGraceMs() : row.getTtlMs();
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    // ---- taking and losing the lead -------------------------------------------------------------------------

    private synchronized long heldTerm() {
        return heldTerm;
    }

    /** Reads the leases of a term in which this node leads. Called by the tick, without the lock. */
    private void load(Settlements own, long term) {
        synchronized (this) {
            forget();
            loadingTerm = term;
        }
        boolean confirmed = confirm(own.log());
        if (confirmed) {
            List<LeaseRow> rows = new ArrayList<>();
            try (StoreSnapshot snapshot = own.log().snapshot()) {
                LeaseRows.forEach(snapshot, rows::add);
            }
            synchronized (this) {
                if (loadingTerm == term && own.log().term() == term) {
                    rows.stream()
                            .filter(row -> !endedWhileLoading.contains(row.getId()))
                            .forEach(this::changed);
                    heldTerm = term;
                    LOG.info("holds {} leases in term {}", table.size(), term);
                }
            }
        }
        synchronized (this) {
            loadingTerm = NONE;
            endedWhileLoading.clear();
            if (heldTerm == NONE) {
                table.clear();
            }
        }
        clock.rest();
    }

    private synchronized void forget() {
        if (heldTerm != NONE || loadingTerm != NONE) {
            heldTerm = NONE;
            loadingTerm = NONE;
            table.clear();
            guard.clear();
            endedWhileLoading.clear();
        }
        clock.rest();
    }

    /** Whether this node leads still; if that cannot be told, the time does not count. */
    private boolean confirm(LeaseLog log) {
        try {
            Waits.await(confirmed(log), Deadline.inMs(2 * CONFIRM_MS));
            return true;
        } catch (RegistryException e) {
            synchronized (this) {
                // Nobody's time has come before a majority says so: look again.
                table.all().forEach(lease -> {
                    if (!table.due().containsKey(lease.id())) {
                        table.wake(lease, clock.now());
                    }
                });
            }
            LOG.debug("leadership is not confirmed: {}", e.getMessage());
            return false;
        }
    }

    private Settlements requireLog() {
        Settlements own = settlements;
        if (own == null) {
            throw noLeader();
        }
        return own;
    }

    private synchronized long requireHeld() {
        if (heldTerm == NONE) {
            throw noLeader();
        }
        return heldTerm;
    }

    private static RegistryException noLeader() {
        return RegistryException.of(
                ErrorCode.NO_LEADER, "this node does not hold the leases, or not yet", "ask the leader, or try again");
    }
}
