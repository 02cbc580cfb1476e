package io.meshkit.server.policy;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.omnirelay.transport.policy.Evaluation;
import io.omnirelay.transport.policy.Finding.Severity;
import io.omnirelay.transport.policy.PolicyObserver;
import io.omnirelay.transport.policy.TransportPolicy.Verdict;
import io.omnirelay.transport.policy.Way;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls by endpoint and way, downgrades by reason, and what the policy in force says.
 *
 * <p>Every label value is of the catalogue, a transport, an encoding or a known reason. Thread: any number.
 */
public final class PolicyMetrics implements PolicyObserver {
    private static final String EXCEPTION_DAYS = "omnirelay_policy_exception_days{";

    private final MetricRegistry registry;
    private final LongSupplier clockMs;
    private final ConcurrentHashMap<Called, Counters> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> downgrades = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> open = new ConcurrentHashMap<>();
    private volatile @Nullable Evaluation evaluation;

    /** A kind of call. */
    record Called(String endpoint, Way way) {}

    record Counters(Counter calls, Counter refused) {}

    /** @param clockMs Unix ms */
    public PolicyMetrics(MetricRegistry registry, LongSupplier clockMs) {
        this.registry = registry;
        this.clockMs = clockMs;
        gauge("omnirelay_policy_endpoints", () -> of(e -> e.endpoints().size()));
        gauge("omnirelay_policy_violations", () -> of(e -> e.violations().size()));
        gauge("omnirelay_policy_warnings", () -> of(e -> (int) e.count(Severity.WARNING)));
        gauge("omnirelay_policy_exceptions", () -> of(e -> e.exceptions().size()));
        gauge("omnirelay_policy_downgrade_ratio", () -> {
            Evaluation current = evaluation;
            return current == null ? 0 : current.downgradeRatio();
        });
    }

    private void gauge(String name, Gauge<Number> value) {
        registry.register(name, value);
    }

    private int of(java.util.function.ToIntFunction<Evaluation> what) {
        Evaluation current = evaluation;
        return current == null ? 0 : what.applyAsInt(current);
    }

    /** Another policy is in force. */
    synchronized void evaluated(Evaluation next) {
        registry.counter("omnirelay_policy_evaluations_total").inc();
        evaluation = next;
        Map<String, Instant> soonest = new TreeMap<>();
        next.exceptions()
                .forEach(exception -> soonest.merge(
                        known(exception.target(), next),
                        OffsetDateTime.parse(exception.expires()).toInstant(),
                        (a, b) -> a.isBefore(b) ? a : b));
        registry.removeMatching((name, metric) -> name.startsWith(EXCEPTION_DAYS));
        soonest.forEach((target, expires) -> gauge(
                EXCEPTION_DAYS + "target=\"" + target + "\"}",
                () -> Math.floorDiv(expires.toEpochMilli() - clockMs.getAsLong(), 86_400_000L)));
    }

    /** A live document does not fit this node. */
    void ignored() {
        registry.counter("omnirelay_policy_live_ignored_total").inc();
    }

    /** A document may name what this version does not have. */
    private static String known(String target, Evaluation evaluation) {
        return evaluation.endpoints().stream()
                        .anyMatch(e -> e.name().equals(target) || e.category().equals(target))
                ? target
                : "unknown";
    }

    @Override
    public void called(String endpoint, Way way, Verdict verdict, @Nullable String reason) {
        Counters counters = calls.computeIfAbsent(new Called(endpoint, way), this::counters);
        counters.calls().inc();
        if (verdict == Verdict.FORBIDDEN) {
            counters.refused().inc();
        } else {
            open(way).inc();
        }
        if (reason != null) {
            downgrades
                    .computeIfAbsent(reason, r -> registry.counter("omnirelay_downgrades_total{reason=\"" + r + "\"}"))
                    .inc();
        }
    }

    @Override
    public void ended(Way way) {
        open(way).dec();
    }

    private Counter open(Way way) {
        return open.computeIfAbsent(way.transport().label(), transport -> {
            Counter counter = new Counter();
            gauge("omnirelay_calls_open{transport=\"" + transport + "\"}", counter::getCount);
            return counter;
        });
    }

    private Counters counters(Called called) {
        String labels = "{endpoint=\"" + called.endpoint() + "\",transport=\""
                + called.way().transport().label() + "\",encoding=\""
                + called.way().encoding().label() + "\"}";
        return new Counters(
                registry.counter("omnirelay_negotiated_total" + labels),
                registry.counter("omnirelay_policy_refused_total" + labels));
    }

    /** Calls so far, by kind. */
    Map<Called, Counters> calls() {
        return calls;
    }

    /** Downgrades so far, by reason. */
    Map<String, Counter> downgrades() {
        return downgrades;
    }

    /** Calls under way, by transport. */
    Map<String, Counter> open() {
        return open;
    }

    @Nullable
    Evaluation evaluation() {
        return evaluation;
    }
}
