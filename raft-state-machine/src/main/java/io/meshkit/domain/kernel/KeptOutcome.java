package io.meshkit.domain.kernel;

import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegistryRecord;

/**
 * What is kept of a command's outcome, for the retries that may come.
 *
 * <p>Most responses are a record and little else, and the journal has that record, too. Such an outcome is kept without
 * it and put together again from both (ADR-0024).
 *
 * @param outcome        if {@code recordRevision} is not 0, without the response's first field
 * @param recordRevision of the journal's entry whose only change left or removed the record; 0: nothing is left out
 */
record KeptOutcome(CommandOutcome outcome, long recordRevision) {
    /** The response's field that may be left out: the one of the lowest number, so that it comes first. */
    static final int RECORD_FIELD = 1;

    private static final OneofDescriptor KIND =
            RegistryRecord.getDescriptor().getOneofs().getFirst();

    static KeptOutcome whole(CommandOutcome outcome) {
        return new KeptOutcome(outcome, 0);
    }

    /**
     * The outcome as it was.
     *
     * @throws IllegalStateException if the journal lacks the entry
     */
    CommandOutcome restored(StoreView view) {
        if (recordRevision == 0) {
            return outcome;
        }
        byte[] record = Bytes.of(record(view));
        byte[] response = EncodedParts.fieldThen(
                RECORD_FIELD, record, outcome.getResponse().toByteArray());
        return outcome.toBuilder()
                .setResponse(UnsafeByteOperations.unsafeWrap(response))
                .build();
    }

    private Message record(StoreView view) {
        AuditEntry entry = Journal.get(view, recordRevision);
        if (entry == null || entry.getChangesCount() != 1) {
            throw new IllegalStateException(
                    "an outcome refers to the only change of revision " + recordRevision + ", which there is not");
        }
        RecordChange change = entry.getChanges(0);
        RegistryRecord record = change.hasAfter() ? change.getAfter() : change.getBefore();
        return (Message) record.getField(record.getOneofFieldDescriptor(KIND));
    }
}
