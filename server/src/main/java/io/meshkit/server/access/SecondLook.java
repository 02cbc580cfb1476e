package io.meshkit.server.access;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Before somebody is refused: has this node heard of what was granted a moment ago on another?
 *
 * <p>Catching up costs a round to the leader, so there are at most so many per second, whoever asks: a flood of bad
 * credentials is refused by what is known. Thread: any number; may block for {@link #WAIT_MS}.
 */
public final class SecondLook {
    /** Never looks. */
    public static final SecondLook NEVER = new SecondLook(ms -> false, System::nanoTime);

    /** How long a refusal may take. */
    static final long WAIT_MS = 1_000;
    /** Looks per second of one node. */
    static final int PER_SECOND_MAX = 50;

    private static final long INTERVAL_NANOS = 1_000_000_000L / PER_SECOND_MAX;
    /** Looks that may come at once after a while without any. */
    private static final long BURST_NANOS = 1_000_000_000L;

    private final CatchUp catchUp;
    private final LongSupplier nanos;
    private final AtomicLong nextFree;

    /** Has the node apply everything that was acknowledged before. */
    @FunctionalInterface
    public interface CatchUp {
        /** @return whether it did within the time */
        boolean within(long ms);
    }

    public SecondLook(CatchUp catchUp, LongSupplier nanos) {
        this.catchUp = catchUp;
        this.nanos = nanos;
        this.nextFree = new AtomicLong(nanos.getAsLong() - BURST_NANOS);
    }

    /** @return whether the node knows more now than before, so that judging anew is worth it */
    boolean look() {
        long now = nanos.getAsLong();
        long free = nextFree.get();
        long earliest = Math.max(free, now - BURST_NANOS);
        return now - earliest >= 0
                && nextFree.compareAndSet(free, earliest + INTERVAL_NANOS)
                && catchUp.within(WAIT_MS);
    }
}
