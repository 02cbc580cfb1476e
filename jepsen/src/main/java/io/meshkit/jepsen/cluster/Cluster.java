package io.meshkit.jepsen.cluster;

import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClient;
import io.meshkit.jepsen.net.Network;
import io.meshkit.jepsen.os.Commands;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;

/** The nodes of a run and what they say of themselves. Thread-safe. */
public final class Cluster implements AutoCloseable {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(1);
    private static final long ASK_PAUSE_MS = 100;

    private final ClientContext context;
    private final SequencedMap<String, Node> nodes;
    private final MeshKitClient observer;

    private Cluster(ClientContext context, SequencedMap<String, Node> nodes) {
        this.context = context;
        this.nodes = nodes;
        this.observer = MeshKitClient.open(context);
    }

    /**
     * Makes the files of a quorum on that network; starts nothing.
     *
     * @param directory new; absolute
     */
    public static Cluster create(Path directory, Network network) throws IOException {
        Commands.run(
                Distribution.omnirelay(List.of(
                        "quorum",
                        "init",
                        "--data",
                        directory.toString(),
                        "--host",
                        String.join(",", network.addresses().values()))),
                "");
        ClientContext context = ClientContext.load(directory);
        SequencedMap<String, Node> nodes = new LinkedHashMap<>();
        for (Endpoint endpoint : context.endpoints()) {
            String id = endpoint.node();
            nodes.put(id, new Node(id, directory.resolve(id), network.enter(id)));
        }
        return new Cluster(context, nodes);
    }

    /** node-1 … node-N, as {@code quorum init} names them. */
    public static List<String> names(int nodes) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            names.add("node-" + i);
        }
        return names;
    }

    /** How clients find it. */
    public ClientContext context() {
        return context;
    }

    public List<String> ids() {
        return List.copyOf(nodes.keySet());
    }

    public Node node(String id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id);
        }
        return node;
    }

    public List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** What each node that answers says, asked of all at the same time. */
    public SequencedMap<String, GetQuorumStatusResponse> ask() {
        SequencedMap<String, CompletableFuture<GetQuorumStatusResponse>> asked = new LinkedHashMap<>();
        for (String id : nodes.keySet()) {
            asked.put(
                    id,
                    observer.callAsync(
                            QuorumServiceGrpc.getGetQuorumStatusMethod(),
                            GetQuorumStatusRequest.getDefaultInstance(),
                            new CallSettings(ASK_LIMIT, id, false)));
        }
        SequencedMap<String, GetQuorumStatusResponse> answers = new LinkedHashMap<>();
        asked.forEach((id, future) -> {
            GetQuorumStatusResponse status =
                    future.exceptionally(failure -> null).join();
            if (status != null) {
                answers.put(id, status);
            }
        });
        return answers;
    }

    /** Who leads in the newest term that anyone knows; empty if nobody does. */
    public String leader() {
        return leader(ask());
    }

    /** Who says that it leads, in the newest term in which one does; else whom the others believe to lead. */
    public static String leader(Map<String, GetQuorumStatusResponse> answers) {
        String leader = "";
        long newest = -1;
        for (GetQuorumStatusResponse status : answers.values()) {
            boolean itself = status.getLeader().equals(status.getNode());
            if (!status.getLeader().isEmpty()
                    && (status.getTerm() > newest || (status.getTerm() == newest && itself))) {
                newest = status.getTerm();
                leader = status.getLeader();
            }
        }
        return leader;
    }

    /**
     * Waits until every node says that it can serve.
     *
     * @return what they said last; {@link #isReady} tells whether they got there
     */
    public SequencedMap<String, GetQuorumStatusResponse> awaitReady(Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        SequencedMap<String, GetQuorumStatusResponse> answers = ask();
        while (!isReady(answers) && System.nanoTime() - start < limit.toNanos()) {
            Thread.sleep(ASK_PAUSE_MS);
            answers = ask();
        }
        return answers;
    }

    /** Every node can serve and all agree who leads. */
    public boolean isReady(Map<String, GetQuorumStatusResponse> answers) {
        return answers.size() == nodes.size()
                && answers.values().stream().allMatch(GetQuorumStatusResponse::getReady)
                && answers.values().stream()
                                .map(GetQuorumStatusResponse::getLeader)
                                .distinct()
                                .count()
                        == 1;
    }

    /** Ends of processes that nobody wanted. */
    public List<String> unwantedEnds() {
        List<String> ends = new ArrayList<>();
        nodes.values().forEach(node -> ends.addAll(node.unwantedEnds()));
        return Collections.unmodifiableList(ends);
    }

    /** Stops all nodes. */
    @Override
    public void close() throws IOException {
        observer.close();
        try {
            for (Node node : nodes.values()) {
                node.resume();
                node.kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping the nodes", e);
        }
    }
}
