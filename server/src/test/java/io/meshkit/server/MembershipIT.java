package io.meshkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.FatalHandler;
import io.meshkit.server.process.Mutators;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.storage.DurableFiles;
import io.meshkit.v1.AddQuorumMemberRequest;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.ChangeQuorumMembersResponse;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListQuorumMembersRequest;
import io.meshkit.v1.ListQuorumMembersResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.QuorumMember;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc.QuorumServiceBlockingStub;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.RemoveQuorumMemberRequest;
import io.meshkit.v1.ReplaceQuorumMemberRequest;
import io.meshkit.v1.TransferLeadershipRequest;
import io.omnirelay.transport.Errors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go under writes: real processes. */
class MembershipIT {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

    @TempDir
    Path directory;

    private TestQuorum quorum;

    @Test
    void membersChangeUnderWrites_andNothingAcknowledgedIsLost() throws Exception {
        try (TestQuorum started = TestQuorum.start(directory, 3, Map.of())) {
            quorum = started;
            Mutators mutators = new Mutators(quorum);
            mutators.start(4);
            mutators.awaitAcknowledged(50);

            // A fourth comes.
            add(quorum.startJoiner("node-4", "node-1"));
            quorum.awaitReady("node-4");
            assertThat(voters()).containsExactlyInAnyOrder("node-1", "node-2", "node-3", "node-4");
            mutators.awaitAcknowledged(mutators.acknowledged() + 50);

            // The leader cannot be removed; once another leads, it can.
            String former = quorum.leader();
            assertThat(refusal(() -> remove(former)).code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
            assertThat(refusal(() -> remove("node-9")).code()).isEqualTo(ErrorCode.NOT_FOUND);
            transferFrom(former);
            remove(former);
            assertThat(quorum.process(former).exitStatus(120)).isEqualTo(FatalHandler.REMOVED_STATUS);
            assertThat(quorum.process(former).output()).contains(former + " was removed from the quorum");
            mutators.awaitAcknowledged(mutators.acknowledged() + 50);

            // It stays away: also when somebody starts it again.
            quorum.start(former);
            // 1: before it started. If nobody answered its first question in time, it learns it once it runs.
            assertThat(quorum.process(former).exitStatus(120)).isIn(1, FatalHandler.REMOVED_STATUS);
            assertThat(quorum.process(former).output()).contains("was removed from the quorum");

            // One loses its disk: it must not come back under its id, but may as another.
            String wiped = voters().stream()
                    .filter(node -> !node.equals(leaderNow()))
                    .findFirst()
                    .orElseThrow();
            quorum.kill(wiped);
            DurableFiles.deleteTree(quorum.member(wiped).directory().resolve("data"));
            String survivor = leaderNow();
            replace(wiped, quorum.startJoiner("node-5", survivor));
            quorum.awaitReady("node-5");
            assertThat(voters()).hasSize(3).contains("node-5").doesNotContain(wiped);
            mutators.awaitAcknowledged(mutators.acknowledged() + 50);

            mutators.stop();
            assertNothingLost(mutators.acknowledged());
            assertSameState(mutators.newestRevision());
            assertThat(auditedVerbs()).contains("node-4", former, "node-5", wiped);
        }
    }

    @Test
    void removalThatWouldCostTheMajority_isRefused_andAMemberWithoutDataDoesNotJoinAgain() throws Exception {
        try (TestQuorum started = TestQuorum.start(directory, 3, Map.of())) {
            quorum = started;
            String leader = quorum.leader();
            List<String> others =
                    quorum.nodes().stream().filter(node -> !node.equals(leader)).toList();
            quorum.kill(others.get(0));

            RegistryException refused = refusal(() -> remove(others.get(1)));
            assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
            assertThat(refused.getMessage()).contains("would have no majority").contains(others.get(0));

            // Its disk is new, and somebody starts it as one who joins.
            QuorumFiles.Member lost = quorum.member(others.get(0));
            DurableFiles.deleteTree(lost.directory().resolve("data"));
            quorum.start(others.get(0), "--set", "node.initial-state=join");
            assertThat(quorum.process(others.get(0)).exitStatus(120)).isEqualTo(1);
            assertThat(quorum.process(others.get(0)).output()).contains("is or was a member of the quorum");

            // The dead one can go: the two that are left are a majority.
            remove(others.get(0));
            assertThat(voters()).containsExactlyInAnyOrder(leader, others.get(1));

            QuorumFiles.Member absent = quorum.files().join(directory, "node-7", quorum.member(leader), Map.of());
            RegistryException silent = refusal(() -> add(absent));
            assertThat(silent.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
            assertThat(silent.getMessage()).contains("does not answer");
        }
    }

    // --- Verbs ---

    private QuorumServiceBlockingStub stub() {
        return TestQuorum.as(QuorumFiles.ADMIN_TOKEN, QuorumServiceGrpc.newBlockingStub(quorum.channel(leaderNow())));
    }

    private String leaderNow() {
        try {
            return quorum.leader();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void add(QuorumFiles.Member joiner) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try {
                settle(stub().addQuorumMember(AddQuorumMemberRequest.newBuilder()
                        .setOptions(MutationOptions.newBuilder().setReason("test"))
                        .setNode(joiner.node())
                        .setHttpsAddress("127.0.0.1:" + joiner.https())
                        .setGrpcAddress("127.0.0.1:" + joiner.grpc())
                        .setRaftAddress("127.0.0.1:" + joiner.raft())
                        .setNodeAddress("127.0.0.1:" + joiner.nodePort())
                        .build()));
                return;
            } catch (StatusRuntimeException e) {
                // It is still starting.
                if (!quorum.isRunning(joiner.node()) || System.nanoTime() - start > LIMIT_NANOS) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    private void replace(String replaced, QuorumFiles.Member joiner) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try {
                settle(stub().replaceQuorumMember(ReplaceQuorumMemberRequest.newBuilder()
                        .setReplaced(replaced)
                        .setNode(joiner.node())
                        .setHttpsAddress("127.0.0.1:" + joiner.https())
                        .setGrpcAddress("127.0.0.1:" + joiner.grpc())
                        .setRaftAddress("127.0.0.1:" + joiner.raft())
                        .setNodeAddress("127.0.0.1:" + joiner.nodePort())
                        .build()));
                return;
            } catch (StatusRuntimeException e) {
                if (!quorum.isRunning(joiner.node()) || System.nanoTime() - start > LIMIT_NANOS) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    private void remove(String node) throws InterruptedException {
        settle(stub().removeQuorumMember(
                        RemoveQuorumMemberRequest.newBuilder().setNode(node).build()));
    }

    /** Waits until the change that was begun is done. */
    private void settle(ChangeQuorumMembersResponse begun) throws InterruptedException {
        String phase = begun.getChange().getPhase();
        long start = System.nanoTime();
        while (!phase.equals("done")) {
            if (phase.equals("failed") || System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("the change is " + phase + ": " + list().getChange());
            }
            Thread.sleep(100);
            phase = list().getChange().getPhase();
        }
    }

    private ListQuorumMembersResponse list() throws InterruptedException {
        return TestQuorum.eventually(() -> stub().listQuorumMembers(ListQuorumMembersRequest.getDefaultInstance()));
    }

    private List<String> voters() throws InterruptedException {
        return list().getMembersList().stream().map(QuorumMember::getNode).toList();
    }

    private void transferFrom(String former) throws InterruptedException {
        stub().transferLeadership(TransferLeadershipRequest.getDefaultInstance());
        long start = System.nanoTime();
        while (quorum.leader().equals(former)) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError(former + " still leads");
            }
            Thread.sleep(50);
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static RegistryException refusal(Step step) throws InterruptedException {
        try {
            step.run();
        } catch (StatusRuntimeException e) {
            return Errors.of(e);
        }
        throw new AssertionError("not refused");
    }

    // --- What must hold at the end ---

    private void assertNothingLost(long acknowledged) throws InterruptedException {
        List<String> found = new ArrayList<>();
        String cursor = "";
        do {
            ListPeersRequest request = ListPeersRequest.newBuilder()
                    .setPage(PageRequest.newBuilder().setSize(500).setCursor(cursor))
                    .build();
            var page = TestQuorum.eventually(() -> TestQuorum.as(
                            QuorumFiles.ADMIN_TOKEN, PeerServiceGrpc.newBlockingStub(quorum.channel(leaderNow())))
                    .listPeers(request));
            page.getPeersList().forEach(peer -> found.add(peer.getId()));
            cursor = page.getNextCursor();
        } while (!cursor.isEmpty());
        // Every mutation that was begun got its answer, so there are neither more nor fewer.
        assertThat(found).doesNotHaveDuplicates().hasSize(Math.toIntExact(acknowledged));
    }

    private void assertSameState(long revision) throws InterruptedException {
        List<GetStateHashResponse> hashes = new ArrayList<>();
        long newest = 0;
        for (String node : voters()) {
            GetStateHashResponse hash = TestQuorum.eventually(() -> TestQuorum.as(
                            QuorumFiles.ADMIN_TOKEN, QuorumServiceGrpc.newBlockingStub(quorum.channel(node)))
                    .getStateHash(GetStateHashRequest.newBuilder()
                            .setRead(ReadOptions.newBuilder().setLevel(ReadLevel.READ_LEVEL_LINEARIZABLE))
                            .build()));
            newest = Math.max(newest, hash.getReadInfo().getRevision());
            hashes.add(hash);
        }
        assertThat(newest).isGreaterThanOrEqualTo(revision);
        assertThat(hashes)
                .hasSize(3)
                .extracting(GetStateHashResponse::getContentHash)
                .containsOnly(hashes.getFirst().getContentHash());
        assertThat(hashes)
                .extracting(GetStateHashResponse::getChainHash)
                .containsOnly(hashes.getFirst().getChainHash());
    }

    /** Who is named in the journal's entries about members. */
    private List<String> auditedVerbs() throws InterruptedException {
        return TestQuorum.as(QuorumFiles.ADMIN_TOKEN, AuditServiceGrpc.newBlockingStub(quorum.channel(leaderNow())))
                .listAudit(ListAuditRequest.newBuilder()
                        .setKind("member")
                        .setPage(PageRequest.newBuilder().setSize(500))
                        .build())
                .getEntriesList()
                .stream()
                .flatMap(entry -> {
                    assertThat(entry.getActor()).isEqualTo("admin");
                    return entry.getChangesList().stream();
                })
                .map(change -> change.getName())
                .distinct()
                .toList();
    }
}
