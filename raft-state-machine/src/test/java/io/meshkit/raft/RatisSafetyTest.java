package io.meshkit.raft;

import static io.meshkit.raft.Failures.failureOf;
import static io.meshkit.raft.TestQuorum.DEADLINE_MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.storage.DurableFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must not happen, on real Ratis. */
class RatisSafetyTest {
    private static final SnapshotPolicy SNAPSHOTS = new SnapshotPolicy(100_000, Duration.ofMinutes(10), 0, 8192);

    @TempDir
    Path root;

    @Test
    void termAndVote_areSyncedBeforeAnybodyLeads() throws Exception {
        Map<Path, String> synced = new ConcurrentHashMap<>();
        try (TestQuorum quorum = new TestQuorum(root, 3, SNAPSHOTS)) {
            quorum.directorySync = directory -> {
                String renamed = termAndVote(directory);
                DurableFiles.sync(directory);
                synced.put(directory, renamed);
            };
            quorum.startAll();
            // A leader has its own vote and another's: at least two members must have synced what they voted.
            long term = quorum.leader().currentTerm();
            assertThat(synced.values().stream()
                            .filter(meta -> meta.contains("term=" + term))
                            .count())
                    .isGreaterThanOrEqualTo(2);
            for (Map.Entry<Path, String> each : synced.entrySet()) {
                TestQuorum.await("the newest term and vote to be synced", () -> {
                    try {
                        return synced.get(each.getKey()).equals(termAndVote(each.getKey()));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            }
        }
    }

    @Test
    void termAndVoteThatCannotBeSynced_giveNobodyAVote() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 3, SNAPSHOTS)) {
            quorum.directorySync = directory -> {
                throw new IOException("no disk");
            };
            for (int member = 1; member <= 3; member++) {
                quorum.start(TestQuorum.node(member));
            }
            TestQuorum.await("the members to find out", () -> quorum.fatals.size() >= 2);
            assertThat(quorum.all()).noneMatch(replica -> replica.status().leaderReady());
        }
    }

    @Test
    void unknownOperation_haltsInsteadOfBeingSkipped() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 1, SNAPSHOTS)) {
            quorum.startAll();
            quorum.put("a");
            RatisReplica only = quorum.leader();
            long applied = only.applied().index();
            failureOf(only.propose(TestState.unknown(), 5_000));
            TestQuorum.await(
                    "the member to halt",
                    () -> List.copyOf(quorum.fatals).stream()
                            .anyMatch(message -> message.contains("cannot be applied")));
            assertThat(only.applied().index()).isEqualTo(applied);
        }
    }

    @Test
    void raftPort_takesNoWritesAndNoAdministrationEvenFromMembers() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 1, SNAPSHOTS)) {
            quorum.startAll();
            RatisReplica only = quorum.leader();
            long logEnd = only.status().logEndIndex();
            ReplicaConfig config = quorum.config(only.self());
            RaftProperties properties = new RaftProperties();
            RaftClientConfigKeys.Rpc.setRequestTimeout(properties, TimeDuration.valueOf(30, TimeUnit.SECONDS));
            try (RaftClient client = RaftClient.newBuilder()
                    .setRaftGroup(RatisSettings.group(config))
                    .setProperties(properties)
                    .setParameters(RatisSettings.parameters(
                            config,
                            new RaftPort(
                                    new TermVoteGuard(DurableFiles::sync, quorum::fatal),
                                    new LeaderStreams(),
                                    Optional.empty()),
                            new CommitSpreader()))
                    .setRetryPolicy(RetryPolicies.noRetry())
                    .build()) {
                assertThatThrownBy(() -> client.io().send(Message.valueOf("write")))
                        .hasStackTraceContaining("PERMISSION_DENIED");
                assertThatThrownBy(() -> client.getSnapshotManagementApi().create(1000))
                        .hasStackTraceContaining("PERMISSION_DENIED");
            }
            assertThat(only.status().logEndIndex()).isEqualTo(logEnd);
        }
    }

    @Test
    void storeLostBelowTheLogsStart_isRefusedInsteadOfWaitingForEver() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 1, SNAPSHOTS)) {
            quorum.startAll();
            RatisReplica only = quorum.leader();
            for (int i = 0; i < 400; i++) {
                quorum.put("k" + i);
            }
            only.createSnapshot().get(DEADLINE_MS, TimeUnit.MILLISECONDS);
            quorum.put("later");
            quorum.stop(only.self());
            DurableFiles.deleteTree(quorum.directory(only.self()).resolve("db"));
            assertThatThrownBy(() -> quorum.start(only.self()))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("entries are missing");
            assertThat(quorum.fatals).isEmpty();
        }
    }

    @Test
    void storeLostAboveTheLogsStart_isReplayed() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 1, SNAPSHOTS)) {
            quorum.startAll();
            quorum.put("a");
            quorum.put("a");
            NodeId only = quorum.leader().self();
            quorum.stop(only);
            DurableFiles.deleteTree(quorum.directory(only).resolve("db"));
            assertThat(quorum.read(quorum.start(only), "a")).isEqualTo(2);
        }
    }

    @Test
    void onlyVoterWithAListener_worksAndTheListenerFollows() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 1, 1, SNAPSHOTS)) {
            quorum.startAll();
            quorum.put("a");
            RatisReplica listener = quorum.get(TestQuorum.node(2));
            assertThat(quorum.read(listener, "a")).isEqualTo(1);
            assertThat(listener.status().role()).isEqualTo("listener");
            assertThat(quorum.leader().self()).isEqualTo(TestQuorum.node(1));
            assertThat(quorum.fatals).isEmpty();
        }
    }

    @Test
    void portInUse_isRefusedBeforeAnythingIsFormatted() throws Exception {
        try (TestQuorum quorum = new TestQuorum(root, 1, SNAPSHOTS)) {
            Member self = quorum.config(TestQuorum.node(1)).selfMember();
            try (ServerSocket taken = new ServerSocket()) {
                taken.bind(new InetSocketAddress(self.host(), self.port()));
                assertThatThrownBy(() -> quorum.start(self.id()))
                        .isInstanceOf(StartupException.class)
                        .hasMessageContaining("cannot be bound");
            }
            assertThat(quorum.directory(self.id())).isEmptyDirectory();
            quorum.start(self.id());
            quorum.put("a");
        }
    }

    private static String termAndVote(Path directory) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String line : Files.readAllLines(directory.resolve("raft-meta"))) {
            if (!line.startsWith("#")) {
                lines.append(line).append(' ');
            }
        }
        return lines.toString();
    }
}
