package io.meshkit.client;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.MutationOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A candidacy, and the leadership that it becomes. Thread-safe.
 *
 * <p>{@link #isLeader} is conservative, and yet only the fencing token makes acting safe: a thread can stop between
 * asking and acting. Send every mutation with {@link #guarded}.
 */
public final class LeadershipHandle implements AutoCloseable {
    private final LeadershipApi scope;
    private final String candidateId;
    private final CompletableFuture<Long> elected = new CompletableFuture<>();
    private final Consumer<String> onLost;
    private volatile LeaseHandle lease;

    @SuppressWarnings("NullAway.Init") // The lease is set before the handle is given away.
    private LeadershipHandle(LeadershipApi scope, String candidateId, Consumer<String> onLost) {
        this.scope = scope;
        this.candidateId = candidateId;
        this.onLost = onLost;
    }

    static LeadershipHandle of(
            LeadershipApi scope,
            LeaseKeeper keeper,
            String candidateId,
            CampaignResponse response,
            Duration ttl,
            long sentNanos,
            Consumer<String> onLost) {
        LeadershipHandle handle = new LeadershipHandle(scope, candidateId, onLost);
        if (response.getElected()) {
            handle.elected.complete(response.getFencingToken());
        }
        handle.lease = keeper.keep(response.getLeaseId(), ttl, sentNanos, handle.new Listener());
        if (!response.getElected()) {
            handle.watchScope();
        }
        return handle;
    }

    /** So that it learns of its election when that happens, and not with its next keep-alive, which tells too. */
    private void watchScope() {
        Watch watch = scope.watch(message -> {
            message.getState().getRecordsList().forEach(record -> seen(record.getLeadership()));
            message.getChange()
                    .getEventsList()
                    .forEach(event -> seen(event.getRecord().getLeadership()));
        });
        elected.whenComplete((token, failure) -> watch.close());
    }

    private void seen(Leadership record) {
        if (record.getLeaderId().equals(candidateId) && record.getLeaseId() == lease.id()) {
            // Elsewhere: closing the watch interrupts its thread.
            elected.completeAsync(record::getFencingToken);
        }
    }

    private final class Listener implements LeaseListener {
        @Override
        public void kept(LeaseStatus status) {
            if (status.getFencingToken() > 0) {
                elected.complete(status.getFencingToken());
            }
        }

        @Override
        public void lost(String reason) {
            elected.completeExceptionally(lostError(reason));
            onLost.accept(reason);
        }
    }

    /** Completes with the fencing token when the candidate leads; fails with LEASE_EXPIRED if it never will. */
    public CompletableFuture<Long> elected() {
        return elected.copy();
    }

    /** Whether it certainly leads at this moment. */
    public boolean isLeader() {
        return elected.isDone() && !elected.isCompletedExceptionally() && lease.isGood();
    }

    /** @throws RegistryException LEASE_EXPIRED if it does not lead, or not for certain */
    public long fencingToken() {
        if (!isLeader()) {
            throw lostError("scope " + scope.scope() + " is not led from here");
        }
        return elected.join();
    }

    /** The options with the scope and the token: the registry refuses the mutation if another was elected since. */
    public MutationOptions guarded(MutationOptions options) {
        return options.toBuilder()
                .setFencingScope(scope.scope())
                .setFencingToken(fencingToken())
                .build();
    }

    /** The lease behind it. */
    public LeaseHandle lease() {
        return lease;
    }

    /** Gives up the leadership or the place in the queue: the next one leads at once. */
    public void resign() {
        lease.close();
        elected.completeExceptionally(lostError("resigned"));
        scope.resign(candidateId, lease.id());
    }

    /** As {@link #resign}. */
    @Override
    public void close() {
        resign();
    }

    private static RegistryException lostError(String reason) {
        return RegistryException.of(ErrorCode.LEASE_EXPIRED, reason, "campaign again");
    }
}
