package io.meshkit.server.leases;

import io.meshkit.domain.Commands;
import io.meshkit.raft.Replica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.SettleLeasesRequest;
import java.util.concurrent.CompletableFuture;

/** The replica as the lessor sees it. */
public final class ReplicaLeaseLog implements LeaseLog {
    /** In whose name leases end: what the audit history shows as the actor. */
    public static final String PRINCIPAL = "system:lessor";

    private final Replica replica;

    public ReplicaLeaseLog(Replica replica) {
        this.replica = replica;
    }

    @Override
    public boolean leads() {
        return replica.isLeader();
    }

    @Override
    public long term() {
        return replica.currentTerm();
    }

    @Override
    public CompletableFuture<Void> confirm(long timeoutMs) {
        return replica.readIndex(timeoutMs).thenCompose(index -> replica.awaitApplied(index, timeoutMs));
    }

    @Override
    public CompletableFuture<CommandOutcome> propose(SettleLeasesRequest request, long timeoutMs) {
        return replica.propose(Commands.ofSystem(request, PRINCIPAL), timeoutMs);
    }

    @Override
    public StoreSnapshot snapshot() {
        return replica.snapshot();
    }
}
