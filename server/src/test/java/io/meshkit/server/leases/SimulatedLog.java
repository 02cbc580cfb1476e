package io.meshkit.server.leases;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Applied;
import io.meshkit.domain.Commands;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.Queries;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.raft.ApplyListener;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.SettleLeasesRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The real state machine under a log whose leader, term and majority the test decides. One thread. */
final class SimulatedLog implements AutoCloseable {
    final MemoryStore store = MemoryStore.create(RegistryStateMachine.TABLES);
    final List<SettleLeasesRequest> settled = new ArrayList<>();
    /** Hears of what is applied, as every node does. */
    final List<ApplyListener> listeners = new ArrayList<>();

    long nanos = 1_000_000_000L;
    long term = 1;
    boolean majority = true;
    /** Proposals stay where they are until {@link #release}. */
    boolean holdProposals;

    final Deque<Runnable> held = new ArrayDeque<>();
    private final RegistryStateMachine machine = new RegistryStateMachine();
    private long index;
    private int requests;

    /** One node's end of the log; it leads as long as the log's term is its own, or it has not heard of another. */
    final class Node implements LeaseLog {
        final Lessor lessor;
        long believedTerm;
        boolean leads = true;

        Node(LeaseSettings settings) {
            lessor = new Lessor(settings, () -> nanos, new LeaseMetrics(new com.codahale.metrics.MetricRegistry()));
            believedTerm = term;
            lessor.attach(this);
            listeners.add(lessor);
        }

        @Override
        public boolean leads() {
            return leads;
        }

        @Override
        public long term() {
            return believedTerm;
        }

        @Override
        public CompletableFuture<Void> confirm(long timeoutMs) {
            return majority && leads && believedTerm == term
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(error(ErrorCode.NO_QUORUM));
        }

        @Override
        public CompletableFuture<CommandOutcome> propose(SettleLeasesRequest request, long timeoutMs) {
            CompletableFuture<CommandOutcome> outcome = new CompletableFuture<>();
            Runnable append = () -> {
                if (!majority || !leads) {
                    outcome.completeExceptionally(error(ErrorCode.LEADERSHIP_LOST));
                    return;
                }
                settled.add(request);
                outcome.complete(apply(Commands.wrap(request, ReplicaLeaseLog.PRINCIPAL)));
            };
            if (holdProposals) {
                held.add(append);
            } else {
                append.run();
            }
            return outcome;
        }

        @Override
        public StoreSnapshot snapshot() {
            return store.snapshot();
        }
    }

    private static RegistryException error(ErrorCode code) {
        return RegistryException.of(code, code.name(), "none");
    }

    /** Lets the held proposals go into the log of the present term. */
    void release() {
        holdProposals = false;
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    @SuppressWarnings("unchecked")
    <R extends Message> R mutate(Message request) {
        Command command = Commands.withRequestId(Commands.wrap(request, "alice"), "r-" + ++requests);
        CommandOutcome outcome = apply(command);
        if (outcome.hasRejection()) {
            throw new RegistryException(outcome.getRejection());
        }
        try {
            return (R) Commands.responsePrototype(command).getParserForType().parseFrom(outcome.getResponse());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    <R extends Message> R read(Message request, Class<R> type) {
        return type.cast(((QueryResult.Answered) Queries.answer(store, request)).response());
    }

    private CommandOutcome apply(Command command) {
        LogEntry entry = LogEntry.newBuilder()
                .setFormat(RegistryStateMachine.LOG_FORMAT)
                .setLeaderTimeMs(nanos / 1_000_000)
                .addCommands(command)
                .build();
        Applied applied = machine.apply(store, entry, new LogPosition(term, ++index));
        store.write(applied.batch());
        listeners.forEach(listener -> listener.applied(index, applied));
        return applied.outcomes().getFirst();
    }

    @Override
    public void close() {
        store.close();
    }
}
