package io.meshkit.raft;

import static io.meshkit.raft.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why reads do not rest on Ratis's LINEARIZABLE option (ADR-0002): of one isolated leader, at one moment, Ratis's own
 * linearizable read gives a value that has been overwritten, and our barrier refuses.
 *
 * <p>Ratis skips the confirmation for an index that a majority has confirmed once in this term. If the first half of
 * this test ever fails with a newer Ratis, that has been mended there, and ADR-0002 can be looked at again.
 */
class StaleReadTest {
    private static final long DEADLINE_MS = 2_000;

    @TempDir
    Path root;

    @Test
    void isolatedLeader_ratisReadsWhatWasOverwritten_ourBarrierRefuses() throws Exception {
        try (PlainRatis ratis = new PlainRatis(root);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            RaftServer.Division old = ratis.patientLeader();
            ReadBarrier barrier = barrier(ratis, old, executor);
            ratis.write(old, "first");
            assertThat(ratis.read(old)).isEqualTo("first");
            assertThat(barrier.readIndex(DEADLINE_MS).get(10, TimeUnit.SECONDS))
                    .as("with its majority, the barrier confirms")
                    .isPositive();

            ratis.isolate(old);
            List<RaftServer.Division> others =
                    ratis.members().stream().filter(member -> member != old).toList();
            RaftServer.Division next = ratis.leader(others);
            ratis.write(next, "second");
            assertThat(ratis.read(next)).isEqualTo("second");

            assertThat(ratis.cut).hasPositiveValue();
            assertThat(old.getInfo().isLeader())
                    .as("takes itself for the leader")
                    .isTrue();
            assertThat(ratis.read(old))
                    .as("Ratis's LINEARIZABLE read after 'second' was acknowledged")
                    .isEqualTo("first");
            assertThat(failureOf(barrier.readIndex(DEADLINE_MS)).code()).isEqualTo(ErrorCode.NO_QUORUM);

            ratis.heal();
            TestQuorum.await(
                    "the old leader to learn", () -> PlainRatis.value(old).equals("second"));
            assertThat(failureOf(barrier.readIndex(DEADLINE_MS)).code()).isEqualTo(ErrorCode.NO_LEADER);
            assertThat(barrier(ratis, next, executor).readIndex(DEADLINE_MS).get(10, TimeUnit.SECONDS))
                    .isPositive();
        }
    }

    /** As a replica makes it, of this member; its questions are cut off as Raft's messages are. */
    private static ReadBarrier barrier(PlainRatis ratis, RaftServer.Division self, ExecutorService executor) {
        PeerRpc peers = new PeerRpc() {
            @Override
            public CompletableFuture<Long> currentTerm(NodeId member, long timeoutMs) {
                if (ratis.isCut(self.getId(), RaftPeerId.valueOf(member.value()))) {
                    return CompletableFuture.failedFuture(new IOException(member + " does not answer"));
                }
                return CompletableFuture.completedFuture(ratis.members().stream()
                        .filter(division -> division.getId().toString().equals(member.value()))
                        .findFirst()
                        .orElseThrow()
                        .getInfo()
                        .getCurrentTerm());
            }

            @Override
            public void fetchCheckpoint(NodeId member, Path directory) {
                throw new UnsupportedOperationException("no snapshots here");
            }
        };
        return new ReadBarrier(
                new NodeId(self.getId().toString()),
                new RatisLeadership(self, new CommitSpreader()),
                peers,
                DEADLINE_MS,
                System::nanoTime,
                executor);
    }
}
