package io.meshkit.domain;

import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.RecordChange;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one log entry does: the writes, the outcome of each of its commands, and the new audit entries.
 *
 * @param batch      everything to write, atomically, with the entry's (term, index)
 * @param outcomes   one per command, in order
 * @param entries    one per revision made, in order of revision; what watches publish
 * @param entryBytes of each of these the size of its row in the journal, which counting anew would cost more than the
 *                   rest of telling it
 */
public record Applied(
        WriteBatch batch, List<CommandOutcome> outcomes, List<AuditEntry> entries, List<Integer> entryBytes) {
    public Applied {
        outcomes = List.copyOf(outcomes);
        entries = List.copyOf(entries);
        entryBytes = List.copyOf(entryBytes);
    }

    /** Whether it has made a change of that kind. Asked for every entry, on the apply thread. */
    public boolean hasChange(Predicate<RecordChange> wanted) {
        for (AuditEntry entry : entries) {
            for (RecordChange change : entry.getChangesList()) {
                if (wanted.test(change)) {
                    return true;
                }
            }
        }
        return false;
    }
}
