package io.meshkit.domain;

import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.LogEntry;
import java.util.List;
import java.util.Optional;

/** The registry as a pure function of its log. */
public final class RegistryStateMachine {
    /** The layout of {@link LogEntry} that this version writes and reads. */
    public static final int LOG_FORMAT = 1;

    /** Every table that the registry keeps; a store must have them all. */
    public static final List<Table> TABLES = Tables.ALL;

    /**
     * What the entry does to the state that the view shows. The view is only read; the caller writes the batch.
     *
     * @throws IllegalStateException if this version does not know the entry's format or an operation: the
     *     replica must halt, because skipping would make it differ from the others
     */
    public Applied apply(StoreView view, LogEntry entry, LogPosition position) {
        throw new IllegalStateException("log entry format " + entry.getFormat() + " at " + position);
    }

    /**
     * Decides the command as if it were next; writes nothing.
     *
     * @param nowMs the node's wall clock, Unix ms
     */
    public CommandOutcome dryRun(StoreView view, Command command, long nowMs) {
        throw new IllegalStateException("no handler");
    }

    /** What is wrong with the command whatever the state; checked at the edge, and again when it is applied. */
    public static Optional<ErrorDetail> validate(Command command) {
        Commands.operation(command);
        return Optional.empty();
    }
}
