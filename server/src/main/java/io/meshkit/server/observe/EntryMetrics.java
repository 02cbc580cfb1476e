package io.meshkit.server.observe;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.meshkit.domain.Applied;
import io.meshkit.raft.ApplyListener;

/** Counts what is applied: how many commands share an entry says how well the proposer packs. */
public final class EntryMetrics implements ApplyListener {
    private final Buckets commandsPerEntry;
    private final Counter revisions;
    private final Counter replacements;

    public EntryMetrics(MetricRegistry registry) {
        this.commandsPerEntry = registry.register("meshkit_entry_commands", Buckets.counts());
        this.revisions = registry.counter("meshkit_revisions_applied_total");
        this.replacements = registry.counter("meshkit_state_replaced_total");
    }

    @Override
    public void applied(long index, Applied applied) {
        commandsPerEntry.record(applied.outcomes().size());
        revisions.inc(applied.entries().size());
    }

    @Override
    public void replaced(long index) {
        replacements.inc();
    }
}
