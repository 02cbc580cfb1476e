package io.meshkit.jepsen.sim;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.Binding;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/** Members, network, clock, clients and watches, and what a step does to them. Thread: one. */
final class SimCluster implements SimWorld {
    private final List<SimNode> nodes = new ArrayList<>();
    private final SimNetwork network;
    private final SimClock clock;
    private final SimHistory history = new SimHistory();
    private final Invariants invariants = new Invariants();
    private final SimClients clients = new SimClients(Simulation.CLIENTS, history, invariants);
    private final SimWatches watches = new SimWatches(Simulation.WATCHES, history);
    private final MessageDigest trace;

    SimCluster(int count, Simulation.Members members) {
        network = new SimNetwork(count);
        clock = new SimClock(count);
        try {
            trace = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        for (int id = 0; id < count; id++) {
            nodes.add(members.make(id, count, this));
        }
    }

    int nodes() {
        return nodes.size();
    }

    SimNode node(int number) {
        return nodes.get(Math.floorMod(number, nodes.size()));
    }

    SimHistory history() {
        return history;
    }

    Invariants invariants() {
        return invariants;
    }

    /** Of everything so far; it ends the trace. */
    String trace() {
        return HexFormat.of().formatHex(trace.digest());
    }

    /** Whoever leads in the highest term, and knows what is committed. */
    OptionalInt leader() {
        OptionalInt best = OptionalInt.empty();
        for (SimNode node : nodes) {
            boolean isNewer =
                    best.isEmpty() || node.term() > node(best.getAsInt()).term();
            if (node.leads() && isNewer) {
                best = OptionalInt.of(node.id);
            }
        }
        return best;
    }

    boolean isAtRest() {
        OptionalInt leader = leader();
        if (leader.isEmpty() || !network.isEmpty()) {
            return false;
        }
        long last = node(leader.getAsInt()).log.last();
        return nodes.stream().allMatch(node -> node.state.position().index() == last);
    }

    void giveUp() {
        clients.giveUpAll();
    }

    void step(Step step) {
        history.step(clock.nanos());
        switch (step) {
            case Step.Op op ->
                clients.ask(
                        Math.floorMod(op.client(), clients.count()),
                        forwarded(node(op.node())),
                        op.kind(),
                        Math.floorMod(op.key(), Simulation.KEYS));
            case Step.Right right ->
                clients.right(
                        Math.floorMod(right.client(), clients.count()),
                        forwarded(node(right.node())),
                        right.kind(),
                        Math.floorMod(right.principal(), Simulation.KEYS));
            case Step.Lease lease ->
                clients.lease(
                        Math.floorMod(lease.client(), clients.count()),
                        forwarded(node(lease.node())),
                        lease.kind(),
                        Math.floorMod(lease.back(), Simulation.KEYS));
            case Step.GiveUp giveUp -> clients.giveUp(Math.floorMod(giveUp.client(), clients.count()));
            case Step.Retry retry ->
                clients.retry(Math.floorMod(retry.client(), clients.count()), forwarded(node(retry.node())));
            case Step.Deliver deliver -> deliver(deliver.message());
            case Step.Drop drop -> network.take(Math.abs(drop.message()));
            case Step.Duplicate duplicate -> network.duplicate(Math.abs(duplicate.message()));
            case Step.Sync sync -> node(sync.node()).sync();
            case Step.Flush flush -> {
                if (node(flush.node()).isUp()) {
                    node(flush.node()).state.flush();
                }
            }
            case Step.Snapshot snapshot -> node(snapshot.node()).snapshot();
            case Step.Crash crash -> node(crash.node()).crash(crash.power());
            case Step.Restart restart -> node(restart.node()).restart();
            case Step.Elect elect -> elect(node(elect.node()));
            case Step.Tick tick -> {
                clock.advance(Math.max(0, tick.ms()));
                nodes.forEach(SimNode::tick);
            }
            case Step.Skew skew -> clock.skew(node(skew.node()).id, skew.ms());
            case Step.Cut cut -> network.cut(node(cut.from()).id, node(cut.to()).id);
            case Step.Isolate isolate -> {
                for (SimNode other : nodes) {
                    network.cut(node(isolate.node()).id, other.id);
                    network.cut(other.id, node(isolate.node()).id);
                }
            }
            case Step.Heal heal -> network.heal();
            case Step.Run run -> run(run.messages());
            case Step.WatchAt at -> {
                if (node(at.node()).isUp()) {
                    watches.attach(Math.floorMod(at.watch(), watches.count()), node(at.node()));
                }
            }
            case Step.Bookmark bookmark -> {
                int watch = Math.floorMod(bookmark.watch(), watches.count());
                if (watches.node(watch) >= 0) {
                    watches.bookmark(watch, node(watches.node(watch)));
                }
            }
        }
        invariants.verify();
        trace(step);
    }

    /** A node that does not lead passes requests on to whom it takes for the leader. */
    private SimNode forwarded(SimNode node) {
        if (!node.isUp() || node.leads() || node.leader() < 0) {
            return node;
        }
        SimNode leader = node(node.leader());
        boolean isReached = leader.isUp() && network.reaches(node.id, leader.id) && network.reaches(leader.id, node.id);
        return isReached ? leader : node;
    }

    /** What cannot be seen from outside in one step shows in a later one: a line per node is enough. */
    private void trace(Step step) {
        StringBuilder line = new StringBuilder(step.toString());
        for (SimNode node : nodes) {
            line.append('|')
                    .append(node.term())
                    .append(node.leads())
                    .append(node.commit())
                    .append(',')
                    .append(node.log.last())
                    .append(',')
                    .append(node.state.revision());
        }
        Event last = history.last();
        line.append('|').append(history.size()).append(last).append('\n');
        trace.update(line.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void deliver(int place) {
        SimMessage message = network.take(Math.abs(place));
        if (message != null) {
            node(message.to()).receive(message);
        }
    }

    private void run(int messages) {
        for (int i = 0; i < messages; i++) {
            nodes.forEach(SimNode::sync);
            if (network.isEmpty()) {
                return;
            }
            deliver(0);
        }
    }

    private void elect(SimNode candidate) {
        if (!candidate.isUp()) {
            return;
        }
        long term = candidate.term() + 1;
        List<SimNode> asked = nodes.stream()
                .filter(node -> node.isUp()
                        && node.id != candidate.id
                        && network.reaches(candidate.id, node.id)
                        && network.reaches(node.id, candidate.id))
                .toList();
        int votes = 1;
        for (SimNode node : asked) {
            votes += node.votesFor(term, candidate.log.lastTerm(), candidate.log.last()) ? 1 : 0;
        }
        candidate.adopt(term);
        asked.forEach(node -> node.adopt(term));
        if (votes >= candidate.majority()) {
            invariants.elected(candidate);
            candidate.lead();
        }
    }

    /** The audit log, the state and the hashes of every node. */
    void finalReads() {
        for (SimNode node : nodes) {
            JsonObject details = new JsonObject();
            details.addProperty("node", "n" + node.id);
            details.addProperty("rev", node.state.revision());
            JsonArray audit = new JsonArray();
            for (long revision = 1; revision <= node.state.revision(); revision++) {
                AuditEntry entry = Journal.get(node.state.view(), revision);
                if (entry != null) {
                    audit.add(SimHistory.row(entry));
                }
            }
            add("audit", audit, details);
            add("state", state(node), details);
            JsonObject hash = new JsonObject();
            hash.addProperty("rev", node.state.revision());
            hash.addProperty("chain", HexFormat.of().formatHex(StateMeta.chainHash(node.state.view())));
            hash.addProperty("state", digest(node.state.content()));
            add("hash", hash, details);
        }
    }

    private void add(String f, JsonElement value, JsonObject details) {
        history.add("final", EventType.INFO, f, null, value, details.deepCopy());
    }

    private static JsonObject state(SimNode node) {
        JsonObject state = new JsonObject();
        try (Cursor cursor = node.state.view().scan(Tables.RECORDS, Keys.EMPTY, null)) {
            while (cursor.next()) {
                switch (cursor.key()[0]) {
                    case RowKeys.CONFIG -> {
                        ConfigDocument config = Bytes.parse(ConfigDocument.parser(), cursor.value());
                        state.add(
                                SimHistory.key("config", config.getName()),
                                SimHistory.value(RegistryRecord.newBuilder()
                                        .setConfig(config)
                                        .build()));
                    }
                    case RowKeys.SHARD -> {
                        Shard shard = Bytes.parse(Shard.parser(), cursor.value());
                        state.add(
                                SimHistory.key("shard", shard.getNamespace() + "/" + shard.getShardId()),
                                SimHistory.owner(shard));
                    }
                    case RowKeys.BINDING -> {
                        Binding binding = Bytes.parse(Binding.parser(), cursor.value());
                        state.addProperty(
                                SimHistory.key("binding", binding.getId()), RegistryRecord.RecordCase.BINDING.name());
                    }
                    case RowKeys.PEER ->
                        state.addProperty(
                                SimHistory.key("peer", peerId(cursor.value())), RegistryRecord.RecordCase.PEER.name());
                    default -> {}
                }
            }
        }
        return state;
    }

    private static String peerId(byte[] row) {
        return Bytes.parse(io.meshkit.v1.Peer.parser(), row).getId();
    }

    private String digest(WriteBatch content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (WriteBatch.Write write : content.writes()) {
                if (write instanceof WriteBatch.Put put) {
                    digest.update(put.key());
                    digest.update(put.value());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- SimWorld ---

    @Override
    public void send(SimMessage message) {
        network.send(message);
    }

    @Override
    public SimClock clock() {
        return clock;
    }

    @Override
    public void applied(SimNode node, long index, SimEntry entry, SimState.Change change) {
        invariants.applied(node, index, entry, change);
        watches.applied(node, change.entries());
    }

    @Override
    public void installed(SimNode node) {
        LogPosition position = node.state.position();
        if (position.index() != node.commit()) {
            throw new BrokenInvariant("n" + node.id + " took over a state of another index than it was told");
        }
        watches.installed(node);
    }

    @Override
    public void truncates(SimNode node, long index) {
        invariants.truncates(node, index);
    }

    @Override
    public void crashed(SimNode node) {
        watches.crashed(node);
    }
}
