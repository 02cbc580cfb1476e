package io.meshkit.client;

import java.time.Duration;

/** A lease that is kept alive until it is closed or lost. Thread-safe. */
public final class LeaseHandle implements AutoCloseable {
    private final LeaseKeeper keeper;
    private final LeaseKeeper.Kept kept;

    LeaseHandle(LeaseKeeper keeper, LeaseKeeper.Kept kept) {
        this.keeper = keeper;
        this.kept = kept;
    }

    public long id() {
        return kept.id;
    }

    /** Whether it is certainly alive: the TTL since the last acknowledged keep-alive was sent is not over. */
    public boolean isGood() {
        return !remaining().isZero();
    }

    /** For how long it is certainly alive; zero when that is over or it was lost. */
    public Duration remaining() {
        return keeper.remaining(kept);
    }

    /** Stops keeping it alive; it then ends by itself. To end it at once, leave or resign. */
    @Override
    public void close() {
        keeper.drop(kept);
    }
}
