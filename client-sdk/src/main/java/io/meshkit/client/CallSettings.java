package io.meshkit.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one call is made. Immutable; each {@code with} method returns a changed copy.
 *
 * @param deadline for the call with all its attempts, > 0
 * @param node     only this node is asked, or null for any: to see what one node sees
 * @param retries  false: one attempt, whose outcome is the caller's to judge
 */
public record CallSettings(Duration deadline, @Nullable String node, boolean retries) {

    /** Ten seconds, any node, with retries. */
    public static final CallSettings DEFAULT = new CallSettings(Duration.ofSeconds(10), null, true);

    public CallSettings {
        if (deadline.isZero() || deadline.isNegative()) {
            throw new IllegalArgumentException("deadline must be positive: " + deadline);
        }
    }

    public CallSettings withDeadline(Duration deadline) {
        return new CallSettings(deadline, node, retries);
    }

    /** Asks only this node; it still forwards what only the leader may do. */
    public CallSettings withNode(@Nullable String node) {
        return new CallSettings(deadline, node, retries);
    }

    public CallSettings withRetries(boolean retries) {
        return new CallSettings(deadline, node, retries);
    }
}
