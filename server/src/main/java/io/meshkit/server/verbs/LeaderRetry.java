package io.meshkit.server.verbs;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import io.meshkit.v1.ErrorDetail.Applied;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Carries a call across elections: it waits for a leader, and tries again when the leader was lost.
 *
 * <p>Trying again is safe for what is called here: reads change nothing, and a mutation keeps its request
 * id, under which it is applied at most once. Once an attempt may have been appended, a failure to reach a
 * leader never says "not applied". Between attempts it sleeps until the known leader changes.
 *
 * <p>Thread: any number.
 */
public final class LeaderRetry {
    /** How long a lost connection to a leader that did not change keeps a call from trying it again. */
    private static final long PAUSE_MS = 50;

    private final Replica replica;
    private final LeaderEvents events;
    private final long leaderWaitMs;

    /**
     * @param leaderWaitMs how long to go on while there is no leader or it cannot be reached
     */
    public LeaderRetry(Replica replica, LeaderEvents events, long leaderWaitMs) {
        this.replica = replica;
        this.events = events;
        this.leaderWaitMs = leaderWaitMs;
    }

    /** What is tried, at the member that leads. */
    @FunctionalInterface
    public interface Call<T> {
        T at(Attempt attempt);
    }

    /**
     * One attempt.
     *
     * @param term in which {@code leader} is taken to lead
     */
    public record Attempt(NodeId leader, long term, LeaderEvents events, Deadline deadline) {
        /**
         * Waits for the leader's answer, but not for a leader that another has followed.
         *
         * @throws RegistryException the answer's; LEADERSHIP_LOST when the leader changed first
         */
        public <T> T await(CompletableFuture<T> answer) {
            CompletableFuture<T> either = answer.copy();
            Runnable giveUp = () -> either.completeExceptionally(leaderChanged());
            try (LeaderEvents.Registration registration = events.onChange(giveUp)) {
                if (!events.leader().equals(Optional.of(leader))) {
                    giveUp.run();
                }
                return Waits.await(either, deadline);
            }
        }

        private static RegistryException leaderChanged() {
            return RegistryException.of(
                    ErrorCode.LEADERSHIP_LOST,
                    "the leader changed before it answered",
                    "retry with the same request id, or read the record");
        }
    }

    /**
     * @throws RegistryException the last attempt's, or NO_LEADER; if any attempt may have been appended, one
     *     that says so
     */
    public <T> T run(Deadline deadline, Call<T> call) {
        Deadline giveUp = null;
        RegistryException unknown = null;
        while (true) {
            long term = replica.currentTerm();
            Optional<NodeId> leader = replica.leader();
            RegistryException failure;
            if (leader.isPresent()) {
                try {
                    return call.at(new Attempt(leader.get(), term, events, deadline));
                } catch (RegistryException e) {
                    if (!mayRetry(e)) {
                        // What this attempt did not do, an earlier one may have done.
                        throw unknown == null ? e : unknown;
                    }
                    failure = e;
                }
            } else {
                failure = noLeader();
            }
            if (failure.detail().getApplied() == Applied.APPLIED_UNKNOWN) {
                unknown = failure;
            }
            giveUp = giveUp == null ? deadline.orInMs(leaderWaitMs) : giveUp;
            if (giveUp.passed()) {
                throw unknown == null ? failure : unknown;
            }
            awaitChange(leader, giveUp);
        }
    }

    /** Until another leader is known than the one tried; with a leader tried, not for long. */
    private void awaitChange(Optional<NodeId> tried, Deadline giveUp) {
        CompletableFuture<Void> changed = new CompletableFuture<>();
        try (LeaderEvents.Registration registration = events.onChange(() -> changed.complete(null))) {
            if (events.leader().equals(tried)) {
                long ms = giveUp.remainingMs();
                Waits.awaitEvent(changed, tried.isPresent() ? Math.min(PAUSE_MS, ms) : ms);
            }
        }
    }

    private static boolean mayRetry(RegistryException e) {
        ErrorCode code = e.code();
        return code == ErrorCode.NO_LEADER || code == ErrorCode.NO_QUORUM || code == ErrorCode.LEADERSHIP_LOST;
    }

    private static RegistryException noLeader() {
        return new RegistryException(RegistryException.detail(
                        ErrorCode.NO_LEADER,
                        "no leader is known",
                        "a majority of the members must run and reach each other; see: omnirelay quorum status")
                .setRetryDelay(RegistryException.millis(500))
                .build());
    }
}
