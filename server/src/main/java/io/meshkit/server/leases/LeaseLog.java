package io.meshkit.server.leases;

import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.SettleLeasesRequest;
import java.util.concurrent.CompletableFuture;

/** What the lessor needs of the replica. Futures fail only with RegistryException. Thread: any number. */
public interface LeaseLog {
    /** Whether this member believes that it leads. */
    boolean leads();

    /** The current Raft term of this member. Never goes back. */
    long term();

    /**
     * The read barrier: completes when a majority has confirmed, in a round that began after this call, that this
     * member leads, and everything acknowledged before this call is applied here.
     */
    CompletableFuture<Void> confirm(long timeoutMs);

    /** Proposes the decision; an outcome is told after it is applied here. */
    CompletableFuture<CommandOutcome> propose(SettleLeasesRequest request, long timeoutMs);

    /** The applied state as of now. Close it. */
    StoreSnapshot snapshot();
}
