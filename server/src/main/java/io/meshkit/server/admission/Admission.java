package io.meshkit.server.admission;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.AdmissionCapacity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lets calls begin, or says when to try again. Thread: any number. */
public final class Admission {
    /** Identities counted at one time; beyond it those that are idle are forgotten, which costs them nothing. */
    static final int IDENTITIES_MAX = 10_000;

    /** Where no rate says when there is room. */
    private static final long CONCURRENCY_RETRY_MS = 50;

    private final AdmissionLimits limits;
    private final LongSupplier nanoTime;
    private final MetricRegistry metrics;
    private final Map<String, Identity> identities = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();

    /** What a call is to admission. */
    public enum Kind {
        ORDINARY,
        /** A stream without an end: it has a rate, but is no call being answered. */
        WATCH,
        /** A keep-alive or administration: no rate, and a share that nobody else can take. */
        RESERVED
    }

    /** One admitted call; closing it twice is closing it once. */
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Identity {
        final @Nullable TokenBucket bucket;
        final AtomicInteger calls = new AtomicInteger();

        Identity(@Nullable TokenBucket bucket) {
            this.bucket = bucket;
        }
    }

    public Admission(AdmissionLimits limits, LongSupplier nanoTime, MetricRegistry metrics) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        metrics.register("meshkit_admission_calls", (Gauge<Integer>) calls::get);
        metrics.register("meshkit_admission_identities", (Gauge<Integer>) identities::size);
    }

    /**
     * @param principal authenticated
     * @return to be closed when the call is over
     * @throws RegistryException OVERLOADED with the time after which to try again; nothing was counted
     */
    public Permit admit(String principal, Kind kind) {
        Identity identity = identities.computeIfAbsent(principal, this::identity);
        if (kind != Kind.RESERVED && identity.bucket != null) {
            long waitNanos = identity.bucket.take(nanoTime.getAsLong());
            if (waitNanos > 0) {
                throw refused(
                        "rate",
                        principal + " makes more than " + limits.identityOpsPerSecond() + " calls per second",
                        1 + TimeUnit.NANOSECONDS.toMillis(waitNanos));
            }
        }
        if (kind == Kind.WATCH) {
            return () -> {};
        }
        take(
                identity.calls,
                limits.identityCallsMax(),
                "identity",
                principal + " has " + limits.identityCallsMax() + " calls under way");
        try {
            take(
                    calls,
                    kind == Kind.RESERVED ? limits.callsMax() : limits.ordinaryCallsMax(),
                    "node",
                    "this node has all the calls under way that it takes");
        } catch (RegistryException e) {
            identity.calls.decrementAndGet();
            throw e;
        }
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            if (over.compareAndSet(false, true)) {
                calls.decrementAndGet();
                identity.calls.decrementAndGet();
            }
        };
    }

    /** What is under way now, and the limits. */
    public AdmissionCapacity capacity() {
        return AdmissionCapacity.newBuilder()
                .setCalls(calls.get())
                .setCallsMax(limits.callsMax())
                .setOrdinaryCallsMax(limits.ordinaryCallsMax())
                .setIdentityCallsMax(limits.identityCallsMax())
                .setIdentityOpsPerSecond(limits.identityOpsPerSecond())
                .setIdentities(identities.size())
                .build();
    }

    private void take(AtomicInteger count, int max, String limit, String message) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            throw refused(limit, message, CONCURRENCY_RETRY_MS);
        }
    }

    private RegistryException refused(String limit, String message, long retryMs) {
        metrics.counter("meshkit_admission_refused_total{limit=\"" + limit + "\"}")
                .inc();
        return new RegistryException(RegistryException.detail(
                        ErrorCode.OVERLOADED, message, "try again after the delay, with fewer calls at a time")
                .setRetryDelay(RegistryException.millis(retryMs))
                .build());
    }

    private Identity identity(String principal) {
        long now = nanoTime.getAsLong();
        if (identities.size() >= IDENTITIES_MAX) {
            identities
                    .values()
                    .removeIf(known -> known.calls.get() == 0 && (known.bucket == null || known.bucket.isFull(now)));
        }
        return new Identity(
                limits.identityOpsPerSecond() == 0
                        ? null
                        : new TokenBucket(limits.identityOpsPerSecond(), limits.identityBurstOps(), now));
    }
}
