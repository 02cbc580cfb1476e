package io.meshkit.jepsen.sim;

import io.meshkit.api.RegistryException;
import io.meshkit.domain.LogPosition;
import io.meshkit.jepsen.sim.SimMessage.Append;
import io.meshkit.jepsen.sim.SimMessage.Appended;
import io.meshkit.jepsen.sim.SimMessage.Install;
import io.meshkit.raft.RaftLimits;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One member: as much of Raft as decides what is committed, and above it the real proposer, read barrier and domain.
 *
 * <p>Elections happen at once, as if no message of theirs were ever lost: whether one succeeds depends on who is up,
 * who reaches whom and whose log is longer, as in Raft. Everything else takes messages. Entries count once they are
 * synced; term and vote always are. Methods that are not final are where the bug zoo breaks it. Thread: one.
 */
class SimNode {
    /** Small, so that packing and its limits matter in short runs. */
    static final RaftLimits LIMITS = new RaftLimits(64 << 10, 4, 256 << 10, 2, 16, 1 << 20, 4 << 20, 0);

    private static final int ENTRIES_PER_MESSAGE = 4;

    final int id;
    final SimWorld world;
    final SimLog log = new SimLog();
    final SimState state;
    private final int nodes;
    private long term;
    private boolean leads;
    private int leader = -1;
    private long commit;
    /** What the leader says is committed, as far as this log is known to be its. */
    private long announced;

    private boolean up = true;
    /** Up to where a follower's log is known to be its leader's; told once it is synced. */
    private long verified;

    private long told;
    private long[] next = {};
    private long[] match = {};
    private long firstOfTerm;
    private SimReplica replica;
    private long calls;
    final SimLessor lessor;
    private final TreeMap<Long, CompletableFuture<Long>> applied = new TreeMap<>();

    SimNode(int id, int nodes, SimWorld world, SimState state) {
        this.id = id;
        this.nodes = nodes;
        this.world = world;
        this.state = state;
        replica = new SimReplica(this, nodes);
        lessor = new SimLessor(this);
    }

    /** A member as we ship it. */
    static SimNode sound(int id, int nodes, SimWorld world) {
        return new SimNode(id, nodes, world, new SimState());
    }

    // --- What the zoo breaks ---

    /** Up to where this member may say that it has the log. */
    long acknowledgeable() {
        return log.synced();
    }

    int majority() {
        return nodes / 2 + 1;
    }

    /** Whether a candidate of that term with that log gets this member's vote. */
    boolean votesFor(long candidateTerm, long lastTerm, long lastIndex) {
        return candidateTerm > term
                && (lastTerm > log.lastTerm() || (lastTerm == log.lastTerm() && lastIndex >= log.last()));
    }

    CompletableFuture<Long> readIndex(long deadlineMs) {
        return replica.readIndex(deadlineMs);
    }

    /** How long a lease of that TTL lives unless it is kept alive. */
    long leaseMs(long ttlMs) {
        return ttlMs;
    }

    /** From which revision on a watch that has everything up to the token is told. */
    long watchAfter(long token) {
        return token;
    }

    // --- What clients do ---

    /** A number that no call of any process life of this member had. */
    final long nextCall() {
        return ++calls;
    }

    final boolean isUp() {
        return up;
    }

    final boolean leads() {
        return up && leads;
    }

    /** It leads and has committed in its term: only then it knows what is committed. */
    final boolean isReady() {
        return leads() && commit >= firstOfTerm;
    }

    final long term() {
        return term;
    }

    final int leader() {
        return leader;
    }

    final long commit() {
        return commit;
    }

    final CompletableFuture<CommandOutcome> propose(Command command, long deadlineMs) {
        return replica.propose(command, deadlineMs);
    }

    /** Answers when the entry at the index is applied; never if the process ends before. */
    final CompletableFuture<Long> whenApplied(long index) {
        if (state.position().index() >= index) {
            return CompletableFuture.completedFuture(index);
        }
        return applied.computeIfAbsent(index, each -> new CompletableFuture<>());
    }

    // --- What happens to it ---

    final void crash(boolean power) {
        if (!up) {
            return;
        }
        up = false;
        leads = false;
        leader = -1;
        if (power) {
            log.loseUnsynced();
        }
        state.crash();
        applied.clear();
        replica = new SimReplica(this, nodes);
        world.crashed(this);
    }

    final void restart() {
        if (up) {
            return;
        }
        up = true;
        log.sync(); // what the operating system still had is on disk by now
        commit = state.position().index();
        announced = commit;
        verified = commit;
        told = 0;
    }

    final void sync() {
        if (!up) {
            return;
        }
        log.sync();
        if (!leads) {
            commitTo(announced);
        }
        progress();
    }

    final void snapshot() {
        if (up) {
            state.flush();
            log.purge(Math.min(state.position().index(), log.synced()));
        }
    }

    final void tick() {
        if (!up) {
            return;
        }
        replica.sweep();
        if (leads) {
            replicate();
            lessor.tick();
        }
    }

    final void adopt(long newer) {
        if (newer > term) {
            term = newer;
            verified = 0;
            told = 0;
            stepDown();
        }
    }

    private void stepDown() {
        leader = -1;
        if (leads) {
            leads = false;
            replica.lostLeadership();
        }
    }

    final void lead() {
        leads = true;
        leader = id;
        next = new long[nodes];
        match = new long[nodes];
        java.util.Arrays.fill(next, log.last() + 1);
        log.append(new SimEntry(term, null));
        firstOfTerm = log.last();
        replicate();
    }

    /** Appends at the end of its log; it leads. */
    final long append(SimEntry entry) {
        log.append(entry);
        replicate();
        return log.last();
    }

    private void replicate() {
        for (int to = 0; to < nodes; to++) {
            if (to != id) {
                sendTo(to);
            }
        }
    }

    private void sendTo(int to) {
        long previous = next[to] - 1;
        if (previous < log.purged()) {
            LogPosition position = state.position();
            world.send(new Install(id, to, term, position.index(), position.term(), state.content()));
            return;
        }
        List<SimEntry> entries = log.after(previous, ENTRIES_PER_MESSAGE);
        world.send(new Append(id, to, term, previous, log.term(previous), entries, commit));
    }

    final void receive(SimMessage message) {
        if (!up) {
            return;
        }
        boolean isOfRaft = !(message instanceof SimMessage.AskTerm || message instanceof SimMessage.AnswerTerm);
        if (isOfRaft) {
            adopt(message.term());
        }
        switch (message) {
            case Append append -> received(append);
            case Appended answer -> received(answer);
            case Install install -> received(install);
            case SimMessage.AskTerm ask -> world.send(new SimMessage.AnswerTerm(id, ask.from(), term, ask.call()));
            case SimMessage.AnswerTerm answer -> replica.answered(answer);
        }
    }

    private void received(Append append) {
        if (append.term() < term) {
            world.send(new Appended(id, append.from(), term, false, log.last() + 1));
            return;
        }
        leader = append.from();
        long index = append.previous();
        List<SimEntry> entries = append.entries();
        if (index > log.last() || (index >= log.purged() && log.term(index) != append.previousTerm())) {
            world.send(new Appended(id, append.from(), term, false, Math.min(index, log.last() + 1)));
            return;
        }
        for (SimEntry entry : entries) {
            index++;
            if (index <= log.purged()) {
                continue;
            }
            if (log.has(index) && log.term(index) != entry.term()) {
                world.truncates(this, index);
                log.truncate(index);
            }
            if (!log.has(index)) {
                log.append(entry);
            }
        }
        verified = Math.max(verified, index);
        told = Math.min(told, index - 1); // whoever asks is answered
        announced = Math.max(announced, Math.min(append.commit(), verified));
        commitTo(announced);
        progress();
    }

    private void received(Appended answer) {
        if (!leads || answer.term() < term) {
            return;
        }
        int from = answer.from();
        if (answer.matches()) {
            match[from] = Math.max(match[from], answer.index());
            next[from] = Math.max(next[from], match[from] + 1);
            progress();
            if (next[from] <= log.last()) {
                sendTo(from);
            }
        } else {
            next[from] = Math.max(match[from] + 1, Math.min(next[from] - 1, answer.index()));
            sendTo(from);
        }
    }

    private void received(Install install) {
        if (install.term() < term) {
            world.send(new Appended(id, install.from(), term, false, log.last() + 1));
            return;
        }
        leader = install.from();
        if (install.index() > state.position().index()) {
            state.replace(install.content());
            log.reset(install.index(), install.indexTerm());
            commit = install.index();
            announced = commit;
            verified = install.index();
            told = 0;
            world.installed(this);
            wakeReaders();
        }
        world.send(new Appended(id, install.from(), term, true, Math.min(install.index(), acknowledgeable())));
    }

    /** Tells the leader what is synced; counts, if it leads. */
    private void progress() {
        if (!leads) {
            long known = Math.min(verified, acknowledgeable());
            if (leader >= 0 && known > told) {
                told = known;
                world.send(new Appended(id, leader, term, true, known));
            }
            return;
        }
        match[id] = acknowledgeable();
        for (long index = log.last(); index > commit && log.has(index) && log.term(index) == term; index--) {
            int have = 0;
            for (long matched : match) {
                have += matched >= index ? 1 : 0;
            }
            if (have >= majority()) {
                commitTo(index);
                replicate();
                replica.pump();
                return;
            }
        }
    }

    private void commitTo(long index) {
        commit = Math.max(commit, Math.min(index, log.synced()));
        while (state.position().index() < commit) {
            long at = state.position().index() + 1;
            SimEntry entry = log.get(at);
            SimState.Change change = state.apply(entry, at);
            world.applied(this, at, entry, change);
            lessor.look();
            replica.applied(at, entry, change.outcomes());
            wakeReaders();
        }
    }

    private void wakeReaders() {
        long index = state.position().index();
        while (!applied.isEmpty() && applied.firstKey() <= index) {
            applied.pollFirstEntry().getValue().complete(index);
        }
    }

    static RegistryException failure(Throwable failure) {
        Throwable cause =
                failure.getCause() != null && !(failure instanceof RegistryException) ? failure.getCause() : failure;
        if (cause instanceof RegistryException error) {
            return error;
        }
        throw new BrokenInvariant("a mutation failed in no way that the contract knows: " + cause, cause);
    }
}
