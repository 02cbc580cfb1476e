package io.meshkit.jepsen.run;

import io.meshkit.client.Watch;
import io.meshkit.client.WatchSettings;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.jepsen.workload.Records;
import io.meshkit.v1.WatchConfigRequest;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Watches that run through the whole load and its faults: of all documents at each node, of all documents wherever the
 * client goes, and of single documents. What they are told goes into the history.
 */
final class Watchers implements AutoCloseable {
    /** A server sends a bookmark at least every 10 s. */
    private static final Duration SILENCE = Duration.ofSeconds(12);

    private static final int WANDERING = 2;
    private static final long START_LIMIT_MS = 60_000;
    private static final long END_LIMIT_MS = 60_000;
    private static final long PAUSE_MS = 20;

    private final HistoryWriter history;
    private final Records records;
    private final List<Follower> followers = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    /** Of each follower: the node that it must stay at, or empty. */
    private final List<String> nodes = new ArrayList<>();

    Watchers(HistoryWriter history, Records records) {
        this.history = history;
        this.records = records;
    }

    /**
     * Begins them, and waits until each has.
     *
     * @param clients of the nodes, in turn
     * @param single  names of documents that are watched alone, with the keys that the history has for them
     * @throws IllegalStateException if one does not begin
     */
    void start(List<NodeClient> clients, int nodes, List<String> single) throws InterruptedException {
        for (int i = 0; i < nodes; i++) {
            // Of that node, and of one transport after the other.
            NodeClient client = clients.get((i + nodes * i) % clients.size());
            begin(client, client.node(), "");
        }
        for (int i = 0; i < WANDERING; i++) {
            begin(clients.get(nodes * i % clients.size()), "", "");
        }
        for (String document : single) {
            begin(clients.get(clients.size() - 1), "", document);
        }
        long start = System.nanoTime();
        while (!followers.stream().allMatch(Follower::hasBegun)) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(START_LIMIT_MS)) {
                throw new IllegalStateException("not every watch begins within " + START_LIMIT_MS + " ms");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** @param node empty: any; document: empty: all */
    private void begin(NodeClient client, String node, String document) {
        Follower follower = new Follower("watch-" + followers.size(), document, history, records);
        followers.add(follower);
        nodes.add(node);
        watches.add(client.watch(
                WatchConfigRequest.newBuilder()
                        .setName(document)
                        .setWatch(WatchOptions.newBuilder().setStart(WatchStart.WATCH_START_NOW))
                        .build(),
                WatchSettings.DEFAULT.withSilence(SILENCE).withNode(node.isEmpty() ? null : node),
                follower));
    }

    /** How many there are. */
    int count() {
        return followers.size();
    }

    /**
     * Waits until each has been told everything up to that revision, and ends them. One that stays at a node which has
     * left the quorum is told nothing more; what it was told is judged all the same.
     *
     * @param members of now
     * @return whether they were
     */
    Judgement finish(long revision, List<String> members) throws InterruptedException {
        List<Follower> waiting = new ArrayList<>();
        for (int i = 0; i < followers.size(); i++) {
            if (nodes.get(i).isEmpty() || members.contains(nodes.get(i))) {
                waiting.add(followers.get(i));
            }
        }
        long start = System.nanoTime();
        while (!waiting.stream().allMatch(follower -> follower.hasEnded() || follower.position() >= revision)
                && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(END_LIMIT_MS)) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        List<String> behind = waiting.stream()
                .filter(follower -> follower.position() < revision)
                .map(follower -> follower + " of " + revision)
                .toList();
        close();
        for (Watch watch : watches) {
            watch.awaitClosed(Duration.ofMillis(END_LIMIT_MS));
        }
        return RunChecks.watches(waiting.size(), tookMs, behind);
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
