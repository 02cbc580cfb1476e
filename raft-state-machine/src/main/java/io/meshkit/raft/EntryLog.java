package io.meshkit.raft;

import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.LogEntry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The replicated log as the {@link Proposer} sees it. */
public interface EntryLog {
    /** Whether an entry can be appended now. */
    enum Readiness {
        /** This member leads. */
        READY,
        /** It leads, but has committed nothing in its term yet: soon ready. */
        SOON,
        /** It does not lead. */
        NOT_LEADER
    }

    Readiness readiness();

    /** The leader as far as it is known. */
    Optional<NodeId> leader();

    /**
     * Appends the entry. The future answers when this member has applied it, with one outcome per command; or
     * fails with an {@link AppendException}. Calls are made one at a time and appended in that order.
     */
    CompletableFuture<List<CommandOutcome>> append(LogEntry entry);
}
