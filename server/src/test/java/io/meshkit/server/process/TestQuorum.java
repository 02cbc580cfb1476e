package io.meshkit.server.process;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.tls.TlsContexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A quorum of server processes, and gRPC channels to them. Thread: one, except for {@link #channel}. */
public final class TestQuorum implements AutoCloseable {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final long READ_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final QuorumFiles files;
    private final List<String> flags;
    private final Map<String, ServerProcess> processes = new LinkedHashMap<>();
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    private TestQuorum(QuorumFiles files, List<String> flags) {
        this.files = files;
        this.flags = flags;
        for (QuorumFiles.Member member : files.members()) {
            channels.put(member.node(), connect(files, member.grpc()));
        }
    }

    /** Starts all nodes and waits until they are ready. */
    public static TestQuorum start(Path directory, int nodes, Map<String, String> settings)
            throws IOException, InterruptedException {
        return start(QuorumFiles.create(directory, nodes, settings), NodeArchive.flags());
    }

    /** @param flags of the nodes' JVMs, the class path among them */
    static TestQuorum start(QuorumFiles files, List<String> flags) throws IOException, InterruptedException {
        TestQuorum quorum = new TestQuorum(files, flags);
        try {
            quorum.startAll();
        } catch (IOException | InterruptedException | AssertionError e) {
            // Nobody else would stop what has been started.
            quorum.close();
            throw e;
        }
        return quorum;
    }

    private static ManagedChannel connect(QuorumFiles files, int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(TlsContexts.client(TlsMaterial.trusting(files.clientCaPem())))
                .build();
    }

    public QuorumFiles files() {
        return files;
    }

    public List<String> nodes() {
        return files.members().stream().map(QuorumFiles.Member::node).toList();
    }

    public QuorumFiles.Member member(String node) {
        return files.members().stream()
                .filter(member -> member.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    public ManagedChannel channel(String node) {
        return channels.get(node);
    }

    /** The stub with the token and a deadline. */
    public static <S extends AbstractStub<S>> S as(String token, S stub) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    /** A read, again while a busy machine elects another leader. */
    public static <T> T eventually(Supplier<T> read) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try {
                return read.get();
            } catch (StatusRuntimeException e) {
                if (!Errors.of(e).code().retryable() || System.nanoTime() - start > READ_LIMIT_NANOS) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    public void startAll() throws IOException, InterruptedException {
        for (String node : nodes()) {
            start(node);
        }
        for (String node : nodes()) {
            awaitReady(node);
        }
    }

    /** The node's PEM trust and its HTTPS port: gRPC over HTTP/3. The caller shuts it down. */
    public ManagedChannel http3(String node) {
        return Http3Channel.builder("127.0.0.1", member(node).https())
                .tls(TlsMaterial.trusting(files.clientCaPem()))
                .build();
    }

    /** Starts a node that waits until it is added. */
    public QuorumFiles.Member startJoiner(String node, String known) throws IOException {
        Path directory = member(known).directory().getParent();
        QuorumFiles.Member joiner = files.join(directory, node, member(known), Map.of());
        channels.put(node, connect(files, joiner.grpc()));
        start(node);
        return joiner;
    }

    public boolean isRunning(String node) {
        return processes.containsKey(node) && processes.get(node).isAlive();
    }

    public void start(String node, String... arguments) throws IOException {
        processes.put(node, ServerProcess.start(flags, member(node).config(), arguments));
        channels.get(node).resetConnectBackoff();
    }

    public ServerProcess process(String node) {
        return processes.get(node);
    }

    public void kill(String node) throws InterruptedException {
        processes.get(node).kill();
    }

    public void killAll() throws InterruptedException {
        for (ServerProcess process : processes.values()) {
            process.kill();
        }
    }

    /** Waits until the node serves linearizable reads. */
    public void awaitReady(String node) throws InterruptedException {
        long start = System.nanoTime();
        while (!status(node).map(GetQuorumStatusResponse::getReady).orElse(false)) {
            if (!processes.get(node).isAlive() || System.nanoTime() - start > START_LIMIT_NANOS) {
                throw new AssertionError(
                        node + " did not become ready:\n" + processes.get(node).output());
            }
            channels.get(node).resetConnectBackoff();
            Thread.sleep(50);
        }
    }

    /** Empty while the node does not answer. */
    public Optional<GetQuorumStatusResponse> status(String node) {
        try {
            return Optional.of(as(QuorumFiles.ADMIN_TOKEN, QuorumServiceGrpc.newBlockingStub(channel(node)))
                    .withDeadlineAfter(3, TimeUnit.SECONDS)
                    .getQuorumStatus(GetQuorumStatusRequest.getDefaultInstance()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    /** The node that the others, or itself, take for the leader. */
    public String leader() throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < START_LIMIT_NANOS) {
            for (String node : nodes()) {
                Optional<GetQuorumStatusResponse> status = status(node);
                if (status.isPresent()
                        && status.get().getRole().equals("leader")
                        && status.get().getReady()) {
                    return node;
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no leader");
    }

    @Override
    public void close() throws InterruptedException {
        channels.values().forEach(ManagedChannel::shutdownNow);
        for (ServerProcess process : processes.values()) {
            process.close();
        }
    }
}
