package io.meshkit.domain;

import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import java.util.List;

/**
 * What one log entry does: the writes, the outcome of each of its commands, and the new audit entries.
 *
 * @param batch    everything to write, atomically, with the entry's (term, index)
 * @param outcomes one per command, in order
 * @param entries  one per revision made, in order of revision; what watches publish
 */
public record Applied(WriteBatch batch, List<CommandOutcome> outcomes, List<AuditEntry> entries) {
    public Applied {
        outcomes = List.copyOf(outcomes);
        entries = List.copyOf(entries);
    }
}
