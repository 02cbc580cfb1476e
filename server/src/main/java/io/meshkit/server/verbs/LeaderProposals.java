package io.meshkit.server.verbs;

import io.meshkit.raft.Replica;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;

/** Brings a command to whoever leads: here, or forwarded once. Thread: any number; blocks the caller. */
public final class LeaderProposals {
    private final Replica replica;
    private final LeaderCalls leaderCalls;
    private final LeaderRetry retry;

    public LeaderProposals(Replica replica, LeaderCalls leaderCalls, LeaderRetry retry) {
        this.replica = replica;
        this.leaderCalls = leaderCalls;
        this.retry = retry;
    }

    /** @throws io.meshkit.api.RegistryException why there is no outcome */
    public CommandOutcome submit(Command command, Deadline deadline) {
        return retry.run(deadline, attempt -> {
            long ms = Math.max(1, deadline.remainingMs());
            return attempt.leader().equals(replica.self())
                    ? Waits.await(replica.propose(command, ms), deadline)
                    : attempt.await(leaderCalls.forward(attempt.leader(), command, attempt.term(), ms));
        });
    }
}
