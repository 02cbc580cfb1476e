package io.meshkit.raft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.apache.ratis.util.TimeDuration;

/**
 * Three servers as Ratis's own documentation builds them, with one register, its LINEARIZABLE reads, and nothing of
 * ours: over gRPC, in this JVM.
 *
 * <p>The first is preferred as leader, and its own election timeout is at most a minute, so that it takes itself for
 * the leader for so long after it has lost its majority; the others' is two seconds, after which they elect another.
 * Such a difference is none of the settings, but of the moment: any leader has a time in which it does not know yet.
 */
final class PlainRatis implements AutoCloseable {
    private static final List<String> FAULTY = List.of("RaftServerImpl.appendEntries", "RaftServerImpl.requestVote");

    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final RaftGroup group;
    private final List<RaftServer> servers = new ArrayList<>();
    private volatile String isolated = "";

    /** Messages that the isolation has swallowed: evidence that it isolates. */
    final AtomicLong cut = new AtomicLong();

    PlainRatis(Path root) throws IOException {
        List<RaftPeer> peers = new ArrayList<>();
        List<ServerSocket> reserved = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            reserved.add(socket);
            peers.add(RaftPeer.newBuilder()
                    .setId("node-" + i)
                    .setAddress("127.0.0.1:" + socket.getLocalPort())
                    // The first is preferred, so that the leader is the one with patience.
                    .setPriority(i == 1 ? 1 : 0)
                    .build());
        }
        this.group = RaftGroup.valueOf(RaftGroupId.valueOf(UUID.randomUUID()), peers);
        for (ServerSocket socket : reserved) {
            socket.close();
        }
        FAULTY.forEach(place -> CodeInjectionForTesting.put(place, (local, remote, args) -> {
            if (!isolated.isEmpty() && (isIsolated(local) != isIsolated(remote))) {
                cut.incrementAndGet();
                throw new IllegalStateException("the network is cut between " + remote + " and " + local);
            }
            return false;
        }));
        for (RaftPeer peer : peers) {
            RaftServer server = RaftServer.newBuilder()
                    .setServerId(peer.getId())
                    .setGroup(group)
                    .setProperties(properties(peer, root))
                    .setStateMachine(new Register())
                    .setOption(RaftStorage.StartupOption.FORMAT)
                    .build();
            servers.add(server);
            server.start();
        }
    }

    private static RaftProperties properties(RaftPeer peer, Path root) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(root.resolve(peer.getId().toString()).toFile()));
        GrpcConfigKeys.Server.setHost(properties, "127.0.0.1");
        GrpcConfigKeys.Server.setPort(
                properties, Integer.parseInt(peer.getAddress().split(":")[1]));
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(
                properties, TimeDuration.valueOf(peer.getPriority() > 0 ? 60 : 2, TimeUnit.SECONDS));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
                properties, TimeDuration.valueOf(500, TimeUnit.MILLISECONDS));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
        // As ours. With it, an idle leader's log grows by an entry after each that is committed.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
        return properties;
    }

    /** No Raft message between this member and the others arrives any more, in either direction. */
    void isolate(RaftServer.Division member) {
        isolated = member.getId().toString();
    }

    void heal() {
        isolated = "";
    }

    boolean isCut(RaftPeerId one, RaftPeerId other) {
        return isIsolated(one) != isIsolated(other);
    }

    private boolean isIsolated(Object id) {
        return String.valueOf(id).split("@", 2)[0].equals(isolated);
    }

    List<RaftServer.Division> members() {
        return servers.stream().map(this::division).toList();
    }

    /** The one that does not notice for a minute that it is alone, once it leads. */
    RaftServer.Division patientLeader() {
        return leader(members().subList(0, 1));
    }

    private RaftServer.Division division(RaftServer server) {
        try {
            return server.getDivision(group.getGroupId());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The ready leader among these. */
    RaftServer.Division leader(List<RaftServer.Division> among) {
        TestQuorum.await("a ready leader", () -> among.stream().anyMatch(PlainRatis::leads));
        return among.stream().filter(PlainRatis::leads).findFirst().orElseThrow();
    }

    private static boolean leads(RaftServer.Division member) {
        return member.getInfo().isLeader() && member.getInfo().isLeaderReady();
    }

    void write(RaftServer.Division at, String value) throws Exception {
        ask(at, RaftClientRequest.writeRequestType(), value);
    }

    /** By Ratis's own linearizable read. */
    String read(RaftServer.Division at) throws Exception {
        return ask(at, RaftClientRequest.readRequestType(), "");
    }

    private String ask(RaftServer.Division at, RaftClientRequest.Type type, String text) throws Exception {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(at.getId())
                .setGroupId(group.getGroupId())
                .setCallId(calls.incrementAndGet())
                .setMessage(Message.valueOf(text))
                .setType(type)
                .build();
        RaftClientReply reply =
                at.getRaftServer().submitClientRequestAsync(request).get(20, TimeUnit.SECONDS);
        if (!reply.isSuccess()) {
            throw new IllegalStateException("not answered", reply.getException());
        }
        return reply.getMessage().getContent().toString(StandardCharsets.UTF_8);
    }

    /** What the member has applied. */
    static String value(RaftServer.Division member) {
        return ((Register) member.getStateMachine()).value;
    }

    @Override
    public void close() throws IOException {
        FAULTY.forEach(CodeInjectionForTesting::remove);
        for (RaftServer server : servers) {
            server.close();
        }
    }

    private static final class Register extends BaseStateMachine {
        private volatile String value = "";

        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            var entry = transaction.getLogEntry();
            value = entry.getStateMachineLogEntry().getLogData().toStringUtf8();
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            return CompletableFuture.completedFuture(Message.EMPTY);
        }

        @Override
        public CompletableFuture<Message> query(Message request) {
            return CompletableFuture.completedFuture(Message.valueOf(value));
        }
    }
}
