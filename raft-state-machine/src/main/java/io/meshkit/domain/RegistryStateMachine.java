package io.meshkit.domain;

import com.google.protobuf.Message;
import io.meshkit.domain.access.AccessGate;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.DocumentRules;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.EntryApplier;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.leadership.Fencing;
import io.meshkit.domain.policies.PolicyGate;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The registry as a pure function of its log: given the state and the next entry, what to write and what to
 * answer.
 *
 * <p>A rejection is a value. What is thrown is a bug, a store that failed, or a log that this version cannot
 * read; then the replica must halt, because skipping would make it differ from the others. It remembers only what
 * it has found out about the callers of one state: every state has a machine of its own.
 * Thread: any number; {@link #apply} is called by one.
 */
public final class RegistryStateMachine {
    /** The layout of {@link LogEntry} that this version writes and reads. */
    public static final int LOG_FORMAT = 1;

    /** Every table that the registry keeps; a store must have them all. */
    public static final List<Table> TABLES = Tables.ALL;

    /** Those whose rows are read before they are changed, again and again. */
    public static final List<Table> REREAD_TABLES = List.of(Tables.RECORDS, Tables.LEASES, Tables.META);

    private final DomainLimits limits;
    private final DocumentRules rules;
    /** Of the apply thread. */
    private final AccessGate gate = new AccessGate();
    /** Of the apply thread. */
    private final PolicyGate policies = new PolicyGate();

    public RegistryStateMachine() {
        this(DomainLimits.DEFAULTS, DocumentRules.NONE);
    }

    /** For tests that reach a limit: replicas of one quorum must have the same. */
    public RegistryStateMachine(DomainLimits limits) {
        this(limits, DocumentRules.NONE);
    }

    /** @param rules what config documents must be: replicas of one quorum must have the same */
    public RegistryStateMachine(DocumentRules rules) {
        this(DomainLimits.DEFAULTS, rules);
    }

    private RegistryStateMachine(DomainLimits limits, DocumentRules rules) {
        this.limits = limits;
        this.rules = rules;
    }

    /**
     * What the entry does to the state that the view shows. The view is only read; the caller writes the batch,
     * which is never empty: it holds the position.
     *
     * @param position after every position applied before
     * @throws IllegalStateException if this version does not know the entry's format or an operation, or if the
     *     position has been applied already
     */
    public Applied apply(StoreView view, LogEntry entry, LogPosition position) {
        if (entry.getFormat() != LOG_FORMAT) {
            throw new IllegalStateException("log entry of format " + entry.getFormat() + " at " + position
                    + "; this version reads format " + LOG_FORMAT);
        }
        requireNext(view, position);
        EntryApplier applier = new EntryApplier(
                view,
                limits,
                Fencing::refusal,
                gate,
                policies,
                rules,
                entry.getLeaderTimeMs(),
                position.term(),
                position.index());
        List<CommandOutcome> outcomes = new ArrayList<>(entry.getCommandsCount());
        for (Command command : entry.getCommandsList()) {
            Commands.requireKnown(command);
            outcomes.add(applier.apply(request(command)));
        }
        return new Applied(applier.finish(), outcomes, applier.entries(), applier.entryBytes());
    }

    /**
     * Decides the command as if it were next; writes nothing, and asks no earlier outcome of its request id.
     *
     * @param nowMs the node's wall clock, Unix ms
     */
    public CommandOutcome dryRun(StoreView view, Command command, long nowMs) {
        return new EntryApplier(view, limits, Fencing::refusal, AccessGate::once, PolicyGate::once, rules, nowMs, 0, 0)
                .preview(request(command));
    }

    /** What is wrong with the command whatever the state; checked at the edge, and again when it is applied. */
    public static Optional<ErrorDetail> validate(Command command) {
        return validate(CommandHandlers.of(Commands.operation(command)), command);
    }

    private static EntryApplier.Request<?> request(Command command) {
        return request(CommandHandlers.of(Commands.operation(command)), command);
    }

    @SuppressWarnings("unchecked")
    private static <Q extends Message> EntryApplier.Request<Q> request(CommandHandler<Q> handler, Command command) {
        return new EntryApplier.Request<>(
                handler,
                (Q) Commands.operation(command),
                Commands.operationField(command).getNumber(),
                command.getPayloadHash(),
                Caller.of(command),
                validate(handler, command));
    }

    @SuppressWarnings("unchecked")
    private static <Q extends Message> Optional<ErrorDetail> validate(CommandHandler<Q> handler, Command command) {
        Message operation = Commands.operation(command);
        Check check = new Check().principal(command.getPrincipal()).options(Requests.options(operation));
        if (check.isClean()) {
            handler.check((Q) operation, check);
        }
        return check.error();
    }

    private static void requireNext(StoreView view, LogPosition position) {
        Optional<LogPosition> last = StateMeta.position(view);
        if (last.isPresent() && last.get().index() >= position.index()) {
            throw new IllegalStateException(position + " comes after " + last.get() + ": applied twice");
        }
    }
}
