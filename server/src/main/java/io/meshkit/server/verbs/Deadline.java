package io.meshkit.server.verbs;

import io.grpc.Context;
import java.util.concurrent.TimeUnit;

/**
 * Until when somebody waits for an answer, by the monotonic clock.
 *
 * @param atNanos of {@link System#nanoTime}
 */
public record Deadline(long atNanos) {

    public static Deadline inMs(long ms) {
        return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms));
    }

    /** That of the gRPC call in whose context this runs, but never later than {@code maxMs} from now. */
    public static Deadline ofCall(long maxMs) {
        io.grpc.Deadline callers = Context.current().getDeadline();
        long ms = callers == null ? maxMs : Math.min(maxMs, callers.timeRemaining(TimeUnit.MILLISECONDS));
        return inMs(ms);
    }

    /** ≥ 0, rounded up, so that 0 means that it has passed. */
    public long remainingMs() {
        long nanos = atNanos - System.nanoTime();
        return nanos <= 0 ? 0 : (nanos + 999_999) / 1_000_000;
    }

    public boolean passed() {
        return atNanos - System.nanoTime() <= 0;
    }

    public Deadline orInMs(long ms) {
        Deadline other = inMs(ms);
        return other.atNanos - atNanos < 0 ? other : this;
    }
}
