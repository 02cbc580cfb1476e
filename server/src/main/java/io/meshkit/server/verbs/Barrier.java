package io.meshkit.server.verbs;

import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The read barrier of any node: after it, the node's state shows every mutation that was acknowledged
 * anywhere before the barrier began.
 *
 * <p>The leader confirms its term with a majority; a follower asks the leader for the index, in rounds that
 * its readers share. Source: Raft thesis §6.4.
 *
 * <p>Thread: any number.
 */
public final class Barrier {
    private final Replica replica;
    private final LeaderCalls leaderCalls;
    private final LeaderRetry retry;
    private final AtomicReference<@Nullable Confirmed> newest = new AtomicReference<>();
    private final AtomicReference<@Nullable ReadRounds> rounds = new AtomicReference<>();
    private final AtomicLong roundsStarted = new AtomicLong();

    /**
     * A barrier that this node has passed.
     *
     * @param logIndex     the node has applied it
     * @param startedNanos by {@link System#nanoTime}: mutations acknowledged before are visible
     */
    public record Confirmed(long logIndex, long startedNanos) {}

    public Barrier(Replica replica, LeaderCalls leaderCalls, LeaderRetry retry) {
        this.replica = replica;
        this.leaderCalls = leaderCalls;
        this.retry = retry;
    }

    /**
     * Passes a barrier that begins now.
     *
     * @throws io.meshkit.api.RegistryException NO_LEADER, NO_QUORUM, LEADERSHIP_LOST, DEADLINE_EXCEEDED
     */
    public Confirmed confirm(Deadline deadline) {
        return retry.run(deadline, attempt -> {
            long startedNanos = System.nanoTime();
            long index = attempt.await(indexFrom(attempt.leader(), deadline));
            Waits.await(replica.awaitApplied(index, deadline.remainingMs()), deadline);
            return newest.accumulateAndGet(new Confirmed(index, startedNanos), Barrier::later);
        });
    }

    /** The barrier that began last of those passed, if any was. */
    public Optional<Confirmed> newest() {
        return Optional.ofNullable(newest.get());
    }

    /** Rounds that this node has asked of leaders as a follower. */
    public long followerRounds() {
        return roundsStarted.get();
    }

    private static Confirmed later(@Nullable Confirmed old, @Nullable Confirmed given) {
        if (old == null || given == null) {
            return Objects.requireNonNull(old == null ? given : old);
        }
        return given.startedNanos() - old.startedNanos() > 0 ? given : old;
    }

    private CompletableFuture<Long> indexFrom(NodeId leader, Deadline deadline) {
        if (leader.equals(replica.self())) {
            return replica.readIndex(deadline.remainingMs());
        }
        // A round with a leader of the past may hang until its limit: readers of the new one start afresh.
        ReadRounds current =
                rounds.updateAndGet(known -> known != null && known.leader().equals(leader)
                        ? known
                        : new ReadRounds(leader, leaderCalls, roundsStarted));
        return Objects.requireNonNull(current).join();
    }
}
