package io.meshkit.domain;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.Credential;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.SeedAccessRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A registry of one: a store, the state machine above it, and a clock that tests set. */
final class Registry implements AutoCloseable {
    static final long START_MS = 1_700_000_000_000L;

    static final Caller ROOT =
            new Caller("root", Credential.newBuilder().setMethod("test").build());

    final OrderedStore store;
    final RegistryStateMachine machine;
    final List<AuditEntry> journal = new ArrayList<>();
    long nowMs = START_MS;
    long index;
    private int requests;

    Registry() {
        this(DomainLimits.DEFAULTS);
    }

    Registry(DomainLimits limits) {
        this(MemoryStore.create(RegistryStateMachine.TABLES), limits);
    }

    Registry(OrderedStore store, DomainLimits limits) {
        this.store = store;
        this.machine = new RegistryStateMachine(limits);
    }

    /** What became of the command, as its own response message or error. */
    record Answer(Message response, ErrorDetail error, CommandOutcome outcome) {
        boolean isRejected() {
            return error != null;
        }

        ErrorCode code() {
            return ErrorCode.ofName(error.getCode());
        }

        @SuppressWarnings("unchecked")
        <T extends Message> T record(String field) {
            return (T) response.getField(response.getDescriptorForType().findFieldByName(field));
        }

        MutationResult result() {
            return record("result");
        }
    }

    /** Applies the request as an entry of its own, by {@code alice}, under a fresh request id unless it has one. */
    Answer mutate(Message request) {
        return mutate("alice", request);
    }

    Answer mutate(String principal, Message request) {
        return apply(Commands.wrap(request, principal));
    }

    Answer mutate(Caller caller, Message request) {
        return apply(Commands.wrap(request, caller));
    }

    /** Applies the command as an entry of its own, under a fresh request id unless it has one. */
    Answer apply(Command command) {
        Command identified = identified(command);
        return answer(identified, apply(List.of(identified)).getFirst());
    }

    Command identified(Command command) {
        return Commands.requestId(command).isEmpty() ? Commands.withRequestId(command, "r-" + ++requests) : command;
    }

    /** From now on rights are checked; {@link #ROOT} has all of them. */
    void seedAccess() {
        apply(Commands.ofSystem(
                SeedAccessRequest.newBuilder()
                        .addBindings(Binding.newBuilder()
                                .setPrincipal(ROOT.principal())
                                .setRole("mesh.admin"))
                        .build(),
                "meshkit:upkeep"));
    }

    List<CommandOutcome> apply(List<Command> commands) {
        LogEntry entry = LogEntry.newBuilder()
                .setFormat(RegistryStateMachine.LOG_FORMAT)
                .setLeaderTimeMs(nowMs)
                .addAllCommands(commands)
                .build();
        return apply(entry).outcomes();
    }

    Applied apply(LogEntry entry) {
        Applied applied = machine.apply(store, entry, new LogPosition(1, ++index));
        store.write(applied.batch());
        journal.addAll(applied.entries());
        return applied;
    }

    Answer dryRun(Message request) {
        Command command = Commands.wrap(request, "alice");
        return answer(command, machine.dryRun(store, command, nowMs));
    }

    <T extends Message> T query(Message request, Class<T> type) {
        return type.cast(((QueryResult.Answered) Queries.answer(store, request)).response());
    }

    ErrorDetail refused(Message request) {
        return ((QueryResult.Refused) Queries.answer(store, request)).error();
    }

    static Answer answer(Command command, CommandOutcome outcome) {
        if (outcome.hasRejection()) {
            return new Answer(null, outcome.getRejection(), outcome);
        }
        try {
            Message response =
                    Commands.responsePrototype(command).getParserForType().parseFrom(outcome.getResponse());
            return new Answer(response, null, outcome);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** The request with options changed. */
    static <Q extends Message> Q with(Q request, Consumer<MutationOptions.Builder> change) {
        MutationOptions.Builder options = Requests.options(request).toBuilder();
        change.accept(options);
        return Requests.withOptions(request, options.build());
    }

    @Override
    public void close() {
        store.close();
    }
}
