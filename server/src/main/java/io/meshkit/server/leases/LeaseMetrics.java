package io.meshkit.server.leases;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.Applied;
import io.meshkit.domain.leadership.Fencing;
import io.meshkit.server.observe.Buckets;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.RecordChange;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What leases and leaderships look like from outside. The counters of leaderships are counted by every node as it
 * applies; the others by the leader. Thread: any number.
 */
public final class LeaseMetrics {
    private final MetricRegistry registry;
    private final Counter suspected;
    private final Counter ended;
    private final Counter transitions;
    private final Buckets electionMs;
    private final Counter splitBrain;
    private volatile boolean guardEngaged;

    public LeaseMetrics(MetricRegistry registry) {
        this.registry = registry;
        this.suspected = registry.counter("meshkit_lease_suspects_total");
        this.ended = registry.counter("meshkit_lease_expiries_total");
        this.transitions = registry.counter("mesh_leadership_transitions_total");
        this.electionMs = registry.register("mesh_leadership_election_duration_ms", Buckets.milliseconds());
        this.splitBrain = registry.counter("mesh_leadership_split_brain_total");
        registry.register("meshkit_lease_expiry_guard_engaged", (Gauge<Number>) () -> guardEngaged ? 1 : 0);
    }

    /** The gauges of the leases that this node holds as the leader; 0 elsewhere. */
    public void register(Supplier<LeaseCounts> counts) {
        gauge("alive", counts, LeaseCounts::alive);
        gauge("suspect", counts, LeaseCounts::suspect);
        gauge("held", counts, LeaseCounts::held);
    }

    private void gauge(String state, Supplier<LeaseCounts> counts, ToLongFunction<LeaseCounts> value) {
        registry.register(
                "meshkit_leases{state=\"" + state + "\"}", (Gauge<Number>) () -> value.applyAsLong(counts.get()));
    }

    void suspected() {
        suspected.inc();
    }

    void ended() {
        ended.inc();
    }

    void guard(boolean engaged) {
        guardEngaged = engaged;
    }

    void applied(Applied applied) {
        for (CommandOutcome outcome : applied.outcomes()) {
            var error = outcome.getRejection();
            // Somebody who leads no more tried to act as the leader, and was refused.
            if (error.getField().equals(Fencing.FIELD)
                    && (error.getCode().equals(ErrorCode.STALE_FENCING_TOKEN.name())
                            || error.getCode().equals(ErrorCode.LEASE_EXPIRED.name()))) {
                splitBrain.inc();
            }
        }
        for (AuditEntry entry : applied.entries()) {
            for (RecordChange change : entry.getChangesList()) {
                if (change.getAfter().hasLeadership()) {
                    leadership(
                            change.getBefore().getLeadership(),
                            change.getAfter().getLeadership());
                }
            }
        }
    }

    private void leadership(Leadership before, Leadership after) {
        if (before.getFencingToken() != after.getFencingToken()) {
            transitions.inc();
            // Without a leader since its last change; from one leader to the next it takes no time.
            boolean vacant = before.hasMeta() && before.getLeaderId().isEmpty();
            electionMs.record(vacant ? ms(after) - ms(before) : 0);
        } else if (!before.getLeaderId().equals(after.getLeaderId())) {
            transitions.inc();
        }
    }

    private static long ms(Leadership scope) {
        var at = scope.getMeta().getUpdatedAt();
        return at.getSeconds() * 1000 + at.getNanos() / 1_000_000;
    }
}
