package io.meshkit.domain;

import io.meshkit.domain.kernel.StateRows;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.StateRow;
import java.util.List;
import java.util.Optional;

/**
 * What a replica knows of the state as a whole.
 *
 * <p>Pure reads of the meta table; an empty store is the registry at revision 0. Thread: any number.
 */
public final class StateMeta {
    /** SHA-256, and the chain hash before the first revision: zeros. */
    public static final int HASH_BYTES = StateRows.HASH_BYTES;

    private StateMeta() {}

    /** The view, which must not change meanwhile, with what is asked for here read once. Thread: as the view's. */
    public static StoreView once(StoreView view) {
        return StateRows.once(view);
    }

    /** The registry's revision, ≥ 0. */
    public static long revision(StoreView view) {
        return StateRows.read(view).getRevision();
    }

    /** Log time of the last applied entry, Unix ms; 0 before the first. Never goes back. */
    public static long lastAppliedTimeMs(StoreView view) {
        return StateRows.read(view).getTimeMs();
    }

    /** The audit chain's hash at {@link #revision}, 32 bytes; the caller owns the array. */
    public static byte[] chainHash(StoreView view) {
        return StateRows.chainHash(StateRows.read(view));
    }

    /** Oldest revision from which changes can still be followed, ≤ {@link #revision}; 0: none was compacted. */
    public static long lowWatermark(StoreView view) {
        return StateRows.read(view).getLowWatermarkRevision();
    }

    /** The oldest revision whose journal row is kept, ≥ 1: the first that a watch can be given. */
    public static long oldestKept(StoreView view) {
        return StateRows.oldestKept(StateRows.read(view));
    }

    /** Records and leases kept, in order of kind; a kind without any may be missing. */
    public static List<StateRow.RecordCount> counts(StoreView view) {
        return StateRows.read(view).getCountsList();
    }

    /** Encoded size of the journal. */
    public static long journalBytes(StoreView view) {
        return StateRows.read(view).getJournalBytes();
    }

    /** The revision of the last change that governs access; 0: there was none, and nothing is checked. */
    public static long accessRevision(StoreView view) {
        return StateRows.read(view).getAccessRevision();
    }

    /** The mesh's failover epoch, ≥ 0; grows with every promotion of a cluster. */
    public static long failoverEpoch(StoreView view) {
        return StateRows.read(view).getFailoverEpoch();
    }

    /** Where the last applied log entry stands; empty before the first. */
    public static Optional<LogPosition> position(StoreView view) {
        return StateRows.position(view).map(p -> new LogPosition(p[0], p[1]));
    }

    /**
     * Records the position in the batch. {@link RegistryStateMachine#apply} has done so for its entry; the
     * replica calls it for entries that are not the registry's.
     */
    public static void putPosition(WriteBatch batch, LogPosition position) {
        StateRows.putPosition(batch, position.term(), position.index());
    }
}
