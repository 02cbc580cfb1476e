package io.meshkit.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When the next attempt is made. The deadline of the call bounds the number of attempts.
 *
 * @param initialBackoff upper bound of the first pause, > 0; grows twofold per round over all nodes
 * @param maxBackoff     upper bound of every later pause, ≥ initialBackoff
 * @param attemptTimeout after which an attempt that may be repeated is given up and made elsewhere; > 0.
 *                       Too small, and slow verbs never finish; too large, and a paused node costs this long
 */
public record RetryPolicy(Duration initialBackoff, Duration maxBackoff, Duration attemptTimeout) {

    /** 20 ms growing to 1 s; attempts of 5 s. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(5));

    public RetryPolicy {
        if (initialBackoff.isZero() || initialBackoff.isNegative() || maxBackoff.compareTo(initialBackoff) < 0) {
            throw new IllegalArgumentException("backoff must satisfy 0 < initial <= max");
        }
        if (attemptTimeout.isZero() || attemptTimeout.isNegative()) {
            throw new IllegalArgumentException("attemptTimeout must be positive: " + attemptTimeout);
        }
    }

    /**
     * A random pause: between half and all of the bound, so that clients that failed together do not return together.
     *
     * @param round 0 for the first pause of the call
     */
    long backoffNanos(int round) {
        long bound = initialBackoff.toNanos();
        for (int i = 0; i < round && bound < maxBackoff.toNanos(); i++) {
            bound *= 2;
        }
        bound = Math.min(bound, maxBackoff.toNanos());
        return bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1);
    }
}
