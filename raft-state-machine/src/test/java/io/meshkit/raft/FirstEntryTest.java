package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.LogEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member whose first entry was never committed, told of another leader's: what a quorum comes to that loses two leaders
 * while it starts. The leaders are played by the test, at the member's own Raft port.
 */
class FirstEntryTest {
    private static final NodeId MEMBER = TestQuorum.node(3);
    private static final SnapshotPolicy SNAPSHOTS = new SnapshotPolicy(100_000, Duration.ofMinutes(10), 0, 8192);

    @TempDir
    Path root;

    @Test
    void uncommittedFirstEntry_givesWayToTheCommittedOne_andIsNeverApplied() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 3, SNAPSHOTS)) {
            RatisReplica member = quorum.start(MEMBER);
            try (Leader lost = new Leader(quorum, TestQuorum.node(1), 10);
                    Leader next = new Leader(quorum, TestQuorum.node(2), 11)) {
                assertThat(lost.send(-1, entry(10, "lost")).getResult()).isEqualTo(AppendResult.SUCCESS);

                assertThat(next.send(0).getResult()).as("a heartbeat").isEqualTo(AppendResult.SUCCESS);
                assertThat(member.status().committedIndex())
                        .as("what the leader has committed is not what the member has")
                        .isEqualTo(-1);
                assertThat(next.send(0, entry(11, "kept")).getResult()).isEqualTo(AppendResult.SUCCESS);

                TestQuorum.await(
                        "the entry to be applied", () -> member.applied().index() == 0);
            }
            assertThat(member.applied().term()).isEqualTo(11);
            try (StoreSnapshot state = member.snapshot()) {
                assertThat(TestState.count(state, "lost")).isZero();
                assertThat(TestState.count(state, "kept")).isOne();
            }
        }
    }

    @Test
    void of_neverMoreThanTheLastEntryOfTheRequest() {
        AppendEntriesRequestProto heartbeat =
                AppendEntriesRequestProto.newBuilder().setLeaderCommit(7).build();

        assertThat(CommitCeiling.of(heartbeat).getLeaderCommit()).isEqualTo(-1);
        assertThat(CommitCeiling.of(heartbeat.toBuilder()
                                .addAllEntries(List.of(entry(1, "a"), entry(1, "b")))
                                .build())
                        .getLeaderCommit())
                .isEqualTo(1);
        AppendEntriesRequestProto little = heartbeat.toBuilder()
                .addEntries(entry(1, "a"))
                .setLeaderCommit(0)
                .build();
        assertThat(CommitCeiling.of(little)).isSameAs(little);
        AppendEntriesRequestProto later = heartbeat.toBuilder()
                .setPreviousLog(TermIndexProto.newBuilder().setTerm(1).setIndex(9))
                .build();
        assertThat(CommitCeiling.of(later)).as("Ratis bounds it").isSameAs(later);
    }

    private static LogEntryProto entry(long term, String key) {
        LogEntry logged = LogEntry.newBuilder()
                .setFormat(Proposer.ENTRY_FORMAT)
                .addCommands(TestState.set(key))
                .build();
        return LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(0)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder()
                        .setLogData(ByteString.copyFrom(logged.toByteArray()))
                        .setClientId(ClientId.randomId().toByteString())
                        .setCallId(term))
                .build();
    }

    /** Another member, as this one sees it. */
    private static final class Leader implements AutoCloseable {
        private final BlockingQueue<AppendEntriesReplyProto> replies = new LinkedBlockingQueue<>();
        private final ManagedChannel channel;
        private final StreamObserver<AppendEntriesRequestProto> requests;
        private final RaftRpcRequestProto.Builder header;
        private final long term;
        private long calls;

        Leader(TestQuorum quorum, NodeId self, long term) throws Exception {
            ReplicaConfig config = quorum.config(self);
            RaftTls tls = config.tls().orElseThrow();
            Member target = config.members().stream()
                    .filter(member -> member.id().equals(MEMBER))
                    .findFirst()
                    .orElseThrow();
            this.term = term;
            channel = NettyChannelBuilder.forAddress(target.host(), target.port())
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(tls.certificateAuthority().toFile())
                            .keyManager(
                                    tls.certificateChain().toFile(),
                                    tls.privateKey().toFile())
                            .build())
                    .build();
            header = RaftRpcRequestProto.newBuilder()
                    .setRequestorId(RaftPeerId.valueOf(self.value()).toByteString())
                    .setReplyId(RaftPeerId.valueOf(MEMBER.value()).toByteString())
                    .setRaftGroupId(RaftGroupIdProto.newBuilder()
                            .setId(RatisSettings.group(config).getGroupId().toByteString()));
            requests = RaftServerProtocolServiceGrpc.newStub(channel).appendEntries(new StreamObserver<>() {
                @Override
                public void onNext(AppendEntriesReplyProto reply) {
                    replies.add(reply);
                }

                @Override
                public void onError(Throwable failure) {
                    // Its replies stay out, which a waiting test reports.
                }

                @Override
                public void onCompleted() {}
            });
        }

        /** From the log's beginning; without entries a heartbeat. */
        AppendEntriesReplyProto send(long commit, LogEntryProto... entries) throws InterruptedException {
            requests.onNext(AppendEntriesRequestProto.newBuilder()
                    .setServerRequest(header.setCallId(++calls))
                    .setLeaderTerm(term)
                    .setLeaderCommit(commit)
                    .addAllEntries(List.of(entries))
                    .build());
            AppendEntriesReplyProto reply = replies.poll(TestQuorum.DEADLINE_MS, TimeUnit.MILLISECONDS);
            assertThat(reply).as("reply").isNotNull();
            return reply;
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }
}
