package io.meshkit.jepsen.sim;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.AppendException;
import io.meshkit.raft.EntryLog;
import io.meshkit.raft.Leadership;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.PeerRpc;
import io.meshkit.raft.Proposer;
import io.meshkit.raft.ReadBarrier;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.LogEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The real proposer and read barrier of one process life, on the simulated log and network. Thread: one. */
final class SimReplica implements EntryLog, Leadership.Source, PeerRpc {
    private static final long ROUND_TIMEOUT_MS = 500;

    private record Pending(long term, CompletableFuture<List<CommandOutcome>> outcomes) {}

    private final SimNode node;
    private final List<Set<NodeId>> voters;
    private final Proposer proposer;
    private final ReadBarrier barrier;
    private final TreeMap<Long, Pending> pending = new TreeMap<>();
    private final TreeMap<Long, CompletableFuture<Long>> asked = new TreeMap<>();

    SimReplica(SimNode node, int nodes) {
        this.node = node;
        LinkedHashSet<NodeId> all = new LinkedHashSet<>();
        for (int i = 0; i < nodes; i++) {
            all.add(nodeId(i));
        }
        voters = List.of(all);
        SimClock clock = node.world.clock();
        proposer = new Proposer(this, SimNode.LIMITS, () -> clock.wallMs(node.id), clock::nanos, Runnable::run);
        barrier = new ReadBarrier(nodeId(node.id), this, this, ROUND_TIMEOUT_MS, clock::nanos, Runnable::run);
    }

    private static NodeId nodeId(int id) {
        return new NodeId("n" + id);
    }

    CompletableFuture<CommandOutcome> propose(Command command, long deadlineMs) {
        return proposer.propose(command, deadlineMs);
    }

    CompletableFuture<Long> readIndex(long deadlineMs) {
        return barrier.readIndex(deadlineMs);
    }

    void pump() {
        proposer.pump();
    }

    void sweep() {
        long now = node.world.clock().nanos();
        proposer.sweep(now);
        barrier.sweep(now);
    }

    /** Whoever waits learns that he cannot know. */
    void lostLeadership() {
        List<Pending> all = new ArrayList<>(pending.values());
        pending.clear();
        all.forEach(each -> each.outcomes.completeExceptionally(
                new AppendException(AppendException.Reason.NOT_LEADER, true, new IOException("deposed"))));
        proposer.pump();
    }

    void applied(long index, SimEntry entry, List<CommandOutcome> outcomes) {
        Pending own = pending.remove(index);
        if (own != null && own.term == entry.term()) {
            own.outcomes.complete(outcomes);
        }
    }

    void answered(SimMessage.AnswerTerm answer) {
        CompletableFuture<Long> call = asked.remove(answer.call());
        if (call != null) {
            call.complete(answer.term());
        }
    }

    // --- EntryLog ---

    @Override
    public Readiness readiness() {
        if (!node.leads()) {
            return Readiness.NOT_LEADER;
        }
        return node.isReady() ? Readiness.READY : Readiness.SOON;
    }

    @Override
    public Optional<NodeId> leader() {
        return node.leader() < 0 ? Optional.empty() : Optional.of(nodeId(node.leader()));
    }

    @Override
    public CompletableFuture<List<CommandOutcome>> append(LogEntry entry) {
        CompletableFuture<List<CommandOutcome>> outcomes = new CompletableFuture<>();
        if (!node.leads()) {
            outcomes.completeExceptionally(
                    new AppendException(AppendException.Reason.NOT_LEADER, false, new IOException("not leading")));
            return outcomes;
        }
        long index = node.append(new SimEntry(node.term(), entry));
        pending.put(index, new Pending(node.term(), outcomes));
        return outcomes;
    }

    // --- Leadership.Source ---

    @Override
    public Leadership leadership() {
        if (!node.isReady()) {
            throw notLeading();
        }
        return new Leadership(node.term(), node.commit(), voters);
    }

    @Override
    public boolean leadsIn(long term) {
        return node.leads() && node.term() == term;
    }

    @Override
    public RegistryException notLeading() {
        return new RegistryException(
                RegistryException.detail(ErrorCode.NO_LEADER, "this node does not lead", "ask the leader")
                        .build());
    }

    // --- PeerRpc ---

    @Override
    public CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        long call = node.nextCall();
        asked.put(call, answer);
        int to = Integer.parseInt(member.value().substring(1));
        // Carries no term: the question is an RPC of its own, not Raft's.
        node.world.send(new SimMessage.AskTerm(node.id, to, 0, call));
        return answer;
    }

    @Override
    public void fetchCheckpoint(NodeId member, Path directory) {
        throw new UnsupportedOperationException("the simulation sends states as messages");
    }
}
