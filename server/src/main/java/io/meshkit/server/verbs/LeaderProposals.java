package io.meshkit.server.verbs;

import io.meshkit.raft.Replica;
import io.meshkit.server.disk.DiskGate;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;

/** Brings a command to whoever leads: here, or forwarded once. Thread: any number; blocks the caller. */
public final class LeaderProposals {
    private final Replica replica;
    private final LeaderCalls leaderCalls;
    private final LeaderRetry retry;
    private final DiskGate disk;

    /** @param disk this node's, which counts while it leads */
    public LeaderProposals(Replica replica, LeaderCalls leaderCalls, LeaderRetry retry, DiskGate disk) {
        this.replica = replica;
        this.leaderCalls = leaderCalls;
        this.retry = retry;
        this.disk = disk;
    }

    /** @throws io.meshkit.api.RegistryException why there is no outcome */
    public CommandOutcome submit(Command command, Deadline deadline) {
        return retry.run(deadline, attempt -> {
            long ms = Math.max(1, deadline.remainingMs());
            if (!attempt.leader().equals(replica.self())) {
                return attempt.await(leaderCalls.forward(attempt.leader(), command, attempt.term(), ms));
            }
            disk.check(command);
            return Waits.await(replica.propose(command, ms), deadline);
        });
    }
}
