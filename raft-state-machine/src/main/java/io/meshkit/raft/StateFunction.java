package io.meshkit.raft;

import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.v1.LogEntry;
import java.util.List;

/**
 * The state that is replicated, as pure functions: what the replica needs to know of the domain.
 *
 * <p>{@code apply} must depend on its arguments only and must not throw for anything that a client can send:
 * a throw is taken for a bug and halts the replica. A log entry or command that it does not know it must
 * refuse by throwing, never skip.
 */
public interface StateFunction {
    /** Every table that apply writes. */
    List<Table> tables();

    /** What the entry does to the state. Thread: apply thread only, in log order. */
    Applied apply(StoreView view, LogEntry entry, LogPosition position);

    /** The registry's revision in that state, ≥ 0. */
    long revision(StoreView view);

    /** The oldest readable revision in that state. */
    long lowWatermark(StoreView view);
}
