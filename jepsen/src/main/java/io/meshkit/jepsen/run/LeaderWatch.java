package io.meshkit.jepsen.run;

import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.report.Leader;
import io.meshkit.v1.GetQuorumStatusResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks all nodes again and again who leads, for the report's strip. */
final class LeaderWatch implements AutoCloseable {
    private static final long PAUSE_MS = 250;

    private final Cluster cluster;
    private final List<Leader> seen = new ArrayList<>();
    private final Thread thread;

    LeaderWatch(Cluster cluster) {
        this.cluster = cluster;
        this.thread = Thread.ofPlatform().name("leader-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Map<String, GetQuorumStatusResponse> answers = cluster.ask();
                String leader = Cluster.leader(answers);
                long term = answers.values().stream()
                        .mapToLong(GetQuorumStatusResponse::getTerm)
                        .max()
                        .orElse(0);
                note(new Leader(System.nanoTime(), term, leader));
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void note(Leader now) {
        Leader last = seen.isEmpty() ? null : seen.getLast();
        if (last == null || last.term() != now.term() || !last.node().equals(now.node())) {
            seen.add(now);
        }
    }

    /** In order of time. */
    synchronized List<Leader> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
