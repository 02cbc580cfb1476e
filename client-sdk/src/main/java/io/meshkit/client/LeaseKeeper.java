package io.meshkit.client;

import io.meshkit.v1.KeepAliveResponse;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeaseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Keeps all leases of a client alive: each every third of its TTL, a little earlier by chance so that clients that
 * started together do not stay together, and those whose time is near in one call. A failed call is repeated soon.
 *
 * <p>A lease is good until its TTL is over since the last acknowledged keep-alive was <em>sent</em>; the registry
 * promises at least that much. Thread-safe; {@link #tick} by one thread.
 */
final class LeaseKeeper {
    /** Leases in one call, as the contract allows. */
    static final int BATCH_MAX = 1_000;

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Call call;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final Map<Long, Kept> leases = new LinkedHashMap<>();

    /** Sends one keep-alive. */
    @FunctionalInterface
    interface Call {
        CompletableFuture<KeepAliveResponse> keepAlive(List<Long> ids, Duration deadline);
    }

    /** Guarded by the keeper. */
    static final class Kept {
        final long id;
        private final long ttlNanos;
        private final LeaseListener listener;
        private long goodUntilNanos;
        private long nextNanos;
        private boolean asking;
        private boolean over;

        private Kept(long id, long ttlNanos, LeaseListener listener) {
            this.id = id;
            this.ttlNanos = ttlNanos;
            this.listener = listener;
        }
    }

    LeaseKeeper(Call call, LongSupplier nanoTime, DoubleSupplier random) {
        this.call = call;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /**
     * @param sentNanos when the request that took the lease was sent: it is good for the TTL from there
     */
    LeaseHandle keep(long id, Duration ttl, long sentNanos, LeaseListener listener) {
        Kept kept = new Kept(id, ttl.toNanos(), listener);
        synchronized (this) {
            kept.goodUntilNanos = sentNanos + kept.ttlNanos;
            kept.nextNanos = sentNanos + period(kept);
            leases.put(id, kept);
        }
        return new LeaseHandle(this, kept);
    }

    synchronized void drop(Kept kept) {
        kept.over = true;
        leases.remove(kept.id, kept);
    }

    synchronized Duration remaining(Kept kept) {
        long nanos = kept.over ? 0 : kept.goodUntilNanos - nanoTime.getAsLong();
        return nanos <= 0 ? Duration.ZERO : Duration.ofNanos(nanos);
    }

    /** Sends what is due, and tells of what was lost. To be called every 50 ms or so. */
    void tick() {
        long now = nanoTime.getAsLong();
        List<Kept> lost = new ArrayList<>();
        List<Kept> due = new ArrayList<>();
        synchronized (this) {
            boolean any = false;
            for (Kept kept : leases.values()) {
                if (now - kept.goodUntilNanos >= 0) {
                    lost.add(kept);
                } else {
                    any |= !kept.asking && now - kept.nextNanos >= 0;
                }
            }
            lost.forEach(this::drop);
            if (any) {
                for (Kept kept : leases.values()) {
                    // Who is due within a tenth of its TTL goes along.
                    if (!kept.asking && now - kept.nextNanos >= -kept.ttlNanos / 10 && due.size() < BATCH_MAX) {
                        kept.asking = true;
                        due.add(kept);
                    }
                }
            }
        }
        lost.forEach(kept -> tell(() -> kept.listener.lost("lease " + kept.id + " was not extended within its TTL")));
        if (!due.isEmpty()) {
            send(due, now);
        }
    }

    private void send(List<Kept> due, long sentNanos) {
        long shortest = due.stream().mapToLong(kept -> kept.ttlNanos).min().orElseThrow();
        List<Long> ids = due.stream().map(kept -> kept.id).toList();
        var unused = call.keepAlive(ids, Duration.ofNanos(shortest / 3)).whenComplete((response, failure) -> {
            if (failure != null || response.getLeasesCount() != due.size()) {
                again(due);
            } else {
                for (int i = 0; i < due.size(); i++) {
                    answered(due.get(i), response.getLeases(i), sentNanos);
                }
            }
        });
    }

    private synchronized void again(List<Kept> due) {
        for (Kept kept : due) {
            kept.asking = false;
            kept.nextNanos = nanoTime.getAsLong() + RETRY_NANOS;
        }
    }

    private void answered(Kept kept, LeaseStatus status, long sentNanos) {
        boolean ended = status.getState() == LeaseState.LEASE_STATE_ENDED;
        synchronized (this) {
            kept.asking = false;
            if (kept.over) {
                return;
            }
            if (ended) {
                drop(kept);
            } else {
                kept.goodUntilNanos = sentNanos + kept.ttlNanos;
                kept.nextNanos = sentNanos + period(kept);
            }
        }
        if (ended) {
            tell(() -> kept.listener.lost("lease " + kept.id + " has ended"));
        } else {
            tell(() -> kept.listener.kept(status));
        }
    }

    /** A listener that throws must not keep other leases from being kept alive. */
    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private long period(Kept kept) {
        return (long) (kept.ttlNanos / 3.0 * (0.8 + 0.2 * random.getAsDouble()));
    }
}
