package io.meshkit.server.verbs;

import io.grpc.Context;
import io.meshkit.api.RegistryException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether this node can serve linearizable reads: the only honest test is to pass a read barrier. One passed
 * within the last second counts. Thread: any number; may block for up to a second.
 */
public final class Readiness {
    private static final long WAIT_MS = 1_000;

    private final Barrier barrier;
    private final BooleanSupplier begun;
    private volatile boolean draining;

    /**
     * @param barrier one that does not wait for elections
     * @param begun   whether the state has what a new registry gets in its first moments
     */
    public Readiness(Barrier barrier, BooleanSupplier begun) {
        this.begun = begun;
        this.barrier = barrier;
    }

    /** From now on the node is not ready, so that load balancers turn away before it stops. */
    public void drain() {
        draining = true;
    }

    public boolean isReady() {
        return isReady(Deadline.inMs(WAIT_MS));
    }

    /** As {@link #isReady()}, for somebody who waits until then: half of the time is left to tell that it is not. */
    boolean isReady(Deadline asker) {
        if (draining || !begun.getAsBoolean()) {
            return false;
        }
        if (passedRecently()) {
            return true;
        }
        try {
            long waitMs = Math.min(WAIT_MS, asker.remainingMs() / 2);
            // Outside the caller's context: its cancellation says nothing about this node.
            Context.ROOT
                    .wrap(() -> {
                        barrier.confirm(Deadline.inMs(waitMs));
                    })
                    .run();
            return !draining;
        } catch (RegistryException e) {
            return false;
        }
    }

    private boolean passedRecently() {
        return barrier.newest()
                .filter(c -> System.nanoTime() - c.startedNanos() < TimeUnit.MILLISECONDS.toNanos(WAIT_MS))
                .isPresent();
    }
}
