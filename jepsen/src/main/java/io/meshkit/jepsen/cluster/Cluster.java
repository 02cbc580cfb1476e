package io.meshkit.jepsen.cluster;

import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClient;
import io.meshkit.jepsen.net.Network;
import io.meshkit.jepsen.os.Commands;
import io.meshkit.v1.AddQuorumMemberRequest;
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
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The nodes of a run and what they say of themselves. Who is a member may change; {@link #nodes()} are those who are.
 * Thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(1);
    private static final long ASK_PAUSE_MS = 100;

    private final Path directory;
    private final Network network;
    /** Also those that are no members yet, or any more. */
    private final List<Node> everyone = new ArrayList<>();

    private final List<Node> members = new ArrayList<>();
    private final List<Consumer<Node>> preparations = new ArrayList<>();
    private final List<MeshKitClient> former = new ArrayList<>();
    private ClientContext context;
    private MeshKitClient observer;

    private Cluster(Path directory, Network network, ClientContext context) {
        this.directory = directory;
        this.network = network;
        this.context = context;
        for (Endpoint endpoint : context.endpoints()) {
            everyone.add(new Node(
                    endpoint.node(), directory.resolve(endpoint.node()), network.enter(endpoint.node()), "new"));
        }
        members.addAll(everyone);
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
        return new Cluster(directory, network, ClientContext.load(directory));
    }

    /** node-1 … node-N, as {@code quorum init} names them. */
    public static List<String> names(int nodes) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            names.add("node-" + i);
        }
        return names;
    }

    /** How clients find everyone who is a member, was one, or will be. */
    public synchronized ClientContext context() {
        return context;
    }

    /** For what only an administrator may do. */
    public synchronized MeshKitClient operator() {
        return observer;
    }

    /** Of the members. */
    public List<String> ids() {
        return nodes().stream().map(Node::id).toList();
    }

    /** Of a member, or of one who was. */
    public synchronized Node node(String id) {
        return everyone.stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no node " + id));
    }

    /** The members. */
    public synchronized List<Node> nodes() {
        return List.copyOf(members);
    }

    /** Also those that are no members any more. */
    public synchronized List<Node> everyone() {
        return List.copyOf(everyone);
    }

    /** Does this to every node, also to those that come later, before they are started. */
    public synchronized void prepareEach(Consumer<Node> preparation) {
        preparations.add(preparation);
        everyone.forEach(preparation);
    }

    // --- Members come and go ---

    /** Makes a node that is to join: its network and its files. It is not started, and no member yet. */
    public synchronized Node newcomer() throws IOException, InterruptedException {
        String id = names(everyone.size() + 1).getLast();
        network.join(id);
        Endpoint pattern = context.endpoints().getFirst();
        Endpoint endpoint = new Endpoint(
                id, Objects.requireNonNull(network.addresses().get(id)), pattern.httpsPort(), pattern.grpcPort());
        List<Endpoint> known = members.stream().map(this::endpoint).toList();
        NewcomerFiles.write(directory, context, endpoint, known);
        List<Endpoint> endpoints = new ArrayList<>(context.endpoints());
        endpoints.add(endpoint);
        context = new ClientContext(
                context.name(),
                context.clusterId(),
                endpoints,
                context.ca(),
                context.certificate(),
                context.key(),
                context.tokenFile(),
                context.transport());
        former.add(observer);
        observer = MeshKitClient.open(context);
        Node node = new Node(id, directory.resolve(id), network.enter(id), "join");
        everyone.add(node);
        preparations.forEach(preparation -> preparation.accept(node));
        return node;
    }

    private Endpoint endpoint(Node node) {
        return context.endpoints().stream()
                .filter(endpoint -> endpoint.node().equals(node.id()))
                .findFirst()
                .orElseThrow();
    }

    /** What the registry must be told to make this node a member. */
    public synchronized AddQuorumMemberRequest addressesOf(Node node) {
        Endpoint endpoint = endpoint(node);
        String host = endpoint.host() + ":";
        return AddQuorumMemberRequest.newBuilder()
                .setNode(node.id())
                .setHttpsAddress(host + endpoint.httpsPort())
                .setGrpcAddress(host + endpoint.grpcPort())
                .setRaftAddress(host + NewcomerFiles.raftPort(endpoint))
                .setNodeAddress(host + NewcomerFiles.nodePort(endpoint))
                .build();
    }

    /** The node is a member now. */
    public synchronized void joined(Node node) {
        if (!members.contains(node)) {
            members.add(node);
        }
    }

    /** The node is no member any more, and does not start again. */
    public synchronized void left(Node node) {
        node.retire();
        members.remove(node);
    }

    /** What each node that answers says, asked of all at the same time. */
    public SequencedMap<String, GetQuorumStatusResponse> ask() {
        SequencedMap<String, CompletableFuture<GetQuorumStatusResponse>> asked = new LinkedHashMap<>();
        MeshKitClient client = operator();
        for (String id : ids()) {
            asked.put(
                    id,
                    client.callAsync(
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
        return answers.keySet().containsAll(ids())
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
        everyone().forEach(node -> ends.addAll(node.unwantedEnds()));
        return Collections.unmodifiableList(ends);
    }

    /** Stops all nodes. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            former.forEach(MeshKitClient::close);
            observer.close();
        }
        try {
            for (Node node : everyone()) {
                node.resume();
                node.kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping the nodes", e);
        }
    }
}
