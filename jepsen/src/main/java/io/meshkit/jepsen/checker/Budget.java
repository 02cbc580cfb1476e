package io.meshkit.jepsen.checker;

/**
 * How much one search may cost before its verdict is unknown: checking is NP-complete.
 *
 * @param stepsMax       model steps; default 20 million, some seconds
 * @param cacheBytesMax  configurations remembered; default 256 MiB
 */
public record Budget(long stepsMax, long cacheBytesMax) {
    public Budget {
        if (stepsMax < 1 || cacheBytesMax < 1) {
            throw new IllegalArgumentException("a budget must be positive: " + stepsMax + ", " + cacheBytesMax);
        }
    }

    public static Budget defaults() {
        return new Budget(20_000_000, 256L << 20);
    }
}
